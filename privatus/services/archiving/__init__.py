"""Moving conversations out of the database into archive files, and back."""
