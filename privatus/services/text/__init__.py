"""What Privatus knows of language without a model: sentences, stop words, which language it is."""
