"""English verbs that do not follow the rule, one a line, in all their forms."""

_VERBS = """
am is are was were
have has had having
do does did done doing
go goes went gone going
come comes came coming
become becomes became becoming
tell tells told telling
say says said saying
speak speaks spoke spoken speaking
take takes took taken taking
give gives gave given giving
get gets got gotten getting
know knows knew known knowing
make makes made making
keep keeps kept keeping
see sees saw seen seeing
stand stands stood standing
understand understands understood understanding
hear hears heard hearing
write writes wrote written writing
rewrite rewrites rewrote rewritten rewriting
fight fights fought fighting
stick sticks stuck sticking
teach teaches taught teaching
learn learns learned learnt learning
send sends sent sending
spend spends spent spending
pay pays paid paying
show shows showed shown showing
ring rings rang rung ringing
hold holds held holding
find finds found finding
feel feels felt feeling
leave leaves left leaving
lead leads led leading
lose loses lost losing
meet meets met meeting
choose chooses chose chosen choosing
build builds built building
bring brings brought bringing
think thinks thought thinking
begin begins began begun beginning
run runs ran running
sit sits sat sitting
sleep sleeps slept sleeping
mean means meant meaning
break breaks broke broken breaking
grow grows grew grown growing
win wins won winning
drive drives drove driven driving
fall falls fell fallen falling
forget forgets forgot forgotten forgetting
throw throws threw thrown throwing
wear wears wore worn wearing
burn burns burned burnt burning
draw draws drew drawn drawing
let lets letting
put puts putting
set sets setting
cut cuts cutting
""".strip().splitlines()
FORMS = {form: frozenset(line.split()) for line in _VERBS for form in line.split()}
"""Each form to all the forms of its verb."""

BASE = {form: line.split()[0] for line in _VERBS for form in line.split()}
"""Each form to the one that follows "did not"."""

# "Worn out" says how somebody is, and "wore out the carpet" does not: these stay as they are.
ADJECTIVES = frozenset(
    "worn burnt burned thrown given taken known shown written driven broken forgotten fallen "
    "spoken chosen gone done meaning meeting having".split()
)
