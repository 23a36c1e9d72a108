"""Phone numbers in international form."""

import re

is_number = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII).fullmatch
