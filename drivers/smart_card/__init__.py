"""smart card: readers over PC/SC, what is on the cards, and a card seen from the other end of the wire."""
