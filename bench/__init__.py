"""The bench: how much each delivery costs here and at what people would pick instead."""
