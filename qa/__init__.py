"""Answer questions with cited answers: reading, ranking and answering, with a service and a command line."""
