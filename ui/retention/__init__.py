"""How long what is kept: deciding, looking at what goes next, and doing it once a day."""
