"""Tables of words that answers are made of: as long as they must be."""
