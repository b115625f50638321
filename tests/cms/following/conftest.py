"""A small world whose readers follow things, and deliveries at a chosen time."""
