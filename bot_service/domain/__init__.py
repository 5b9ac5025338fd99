"""Pure trading domain: no clock, no input or output, no sentences."""
