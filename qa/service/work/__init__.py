"""From a request to the thread that does its work, and back: admission, deadlines, clients that disconnect."""
