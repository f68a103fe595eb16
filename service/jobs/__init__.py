"""Background work with a record: who, what, how far, the result; done once in effect, whatever dies meanwhile."""
