"""The effect of each intent on the records: one file a capability."""
