"""Whether a sentence tells somebody to do something: "Open the lid.", "If it jams, pull the chain."."""

import re

_MARKS = re.compile(r"[*_`\[\]]")
# What comes before the verb: "If it jams, ", "To clean it: ", "Then ", "Please "
_OPENING = re.compile(
    r"[\W_]*(?:(?:if|when|once|after|before|as soon as|while|to|for|with|in|on|at|from|under|using|by)\s"
    r"[^,:.!?\n]{2,100}[,:]\s+)?"
    r"(?:(?:please|then|next|now|finally|lastly|first|always|carefully|gently|slowly|simply|just|and)\b,?\s+){0,2}",
    re.IGNORECASE,
)
_COMMON = (
    r"add|apply|ask|attach|bake|beat|boil|bring|call|change|check|choose|chop|clean|click|close|connect|cook|"
    r"copy|cover|create|cut|delete|dial|download|drain|drive|dry|empty|enter|fill|fit|fold|go|heat|hold|"
    r"insert|install|keep|knead|leave|let|lift|lock|log|make|mix|move|open|park|paste|peel|phone|pick|place|"
    r"plug|pour|press|pull|push|put|read|remove|repeat|replace|reset|restart|ring|rinse|roll|run|save|scan|"
    r"screw|scroll|select|send|set|shake|shut|sign|simmer|slide|sprinkle|stand|start|stir|stop|switch|take|"
    r"tap|tell|tick|tie|tighten|tip|turn|type|unclip|unlock|unplug|unscrew|use|visit|wait|wash|weigh|wipe|"
    r"write"
)
_NO_VERB = (
    r"(?:the|an?|all|each|every|this|that|these|those|it|he|she|we|you|they|i|if|when|there|here|what|who|how|"
    r"why|where|no|not|one|two|some|any|both|many|most|half|of|in|on|at|by|for|with|from|to|as|and|or|but|so|"
    r"nor|than|is|are|was|were|has|have|had|will|would|can|could|may|might|must|shall|should|does|did|do|also|"
    r"only|even|just|since|because|while|though|until|unless|during|like|outside|inside|behind|under|over|"
    r"once|after|before|near|about|through|\w+ing|\w+ed|\w+ly|\w*[^s\W]s)"
)
_OBJECT = r"(?:the|an?|your|it|them|all|any|each|both|this|that|these|those|some|yourself|off|out|up|down|back|away)"
_TOLD = re.compile(
    r"(?:(?:do not|don['’]t|never)\s+\w|"
    rf"(?:{_COMMON})\b(?!\s(?:is|are|was|were|will|can|may|must|has|have)\b)(?=[\s,;.!])|"
    rf"(?!{_NO_VERB}\s)[a-z]{{2,15}}\s{_OBJECT}\b)",
    re.IGNORECASE,
)


def is_instruction(sentence: str) -> bool:
    """Whether a sentence begins with the verb of what is to be done, maybe behind a clause that says when."""
    bare = _MARKS.sub("", sentence)
    opening = _OPENING.match(bare)
    return bool(_TOLD.match(bare, opening.end() if opening else 0))
