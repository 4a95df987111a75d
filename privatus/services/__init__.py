"""What a person can do, one use case each; transactions start here."""
