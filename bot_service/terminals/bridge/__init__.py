"""MetaTrader 5 on another host, reached by RPyC."""
