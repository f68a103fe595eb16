"""A small direct model of a merchant's own, learnt from the reviewed memory and measured before anything is installed.

Everything but `network` and `exporting` is pure or asks the database only, and runs without torch.
"""
