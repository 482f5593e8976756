"""The answer on one page: verdict, where patients are lost, what it depends on, what would help, when."""
