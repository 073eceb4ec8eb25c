"""The process: the socket, the server, and several of them on one socket."""
