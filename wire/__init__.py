"""What crosses the network: messages, identifiers, check digits, canonical form. Both ends import it."""
