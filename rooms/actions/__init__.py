"""The verbs: check access, change rows in one transaction, publish an event."""
