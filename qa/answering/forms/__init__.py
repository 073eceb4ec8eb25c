"""The forms an answer is shown in: a span, a sentence, a list, steps, yes or no, or a table's cell."""
