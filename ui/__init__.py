"""The window: what a person sees and touches. The only place that knows Qt."""
