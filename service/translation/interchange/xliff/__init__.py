"""XLIFF 1.2 and 2.1: pairs, and packages of drafts that go to a reader and come back."""
