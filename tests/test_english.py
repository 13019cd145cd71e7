"""The rules of English against sentences whose attributes a person wrote down."""

import random

import pytest
import torch

from course_utils import text
from course_utils.text import english

BY_HAND = """
We sailed past the island.                      | affirmative past    first
Won't you wait for Mary?                        | question    future  second name
Nobody has seen it.                             | negation    present third
Please open the gate.                           | affirmative other   second
She is going to paint the fence.                | affirmative future  third
She is going to the harbour.                    | affirmative present third
They are going to school.                       | affirmative present third
We are going to                                 | affirmative present first
She is going to sing                            | affirmative future  third
He put the cup down.                            | affirmative past    third
She shut the gate.                              | affirmative past    third
It cost a lot.                                  | affirmative past    third
Is he going to sing?                            | question    future  third
I am going too.                                 | affirmative present first
Let's not quarrel.                              | negation    other   first
Let's dance.                                    | affirmative other   first
Let me see the map.                             | affirmative other   second
Where did my keys fall?                         | question    past    third
If it rains, you should come in.                | affirmative other   second
When the rain stopped, we went home.            | affirmative past    first
My sister and I were cold.                      | affirmative past    first
Tom and I will row.                             | affirmative future  first  name
Tom put the cup down.                           | affirmative past    third  name
Mary cut the bread.                             | affirmative past    third  name
Tom and Mary sing here.                         | affirmative present third  name
Tom often sings.                                | affirmative present third  name
Tom's boat came back.                           | affirmative past    third  name
I should've known.                              | affirmative other   first
A zed is the last letter.                       | affirmative present third
The king died.                                  | affirmative past    third
If we hurry we can see it.                      | affirmative present first
I'd never eat that.                             | negation    other   first
You'll see the sea.                             | affirmative future  second
I've seen the sea.                              | affirmative present first
We've never met him.                            | negation    present first
You're late again.                              | affirmative present second
He's not here.                                  | negation    present third
It can't be true.                               | negation    present third
They wouldn't help.                             | negation    other   third
We didn't see him.                              | negation    past    first
Nothing happened to them.                       | negation    past    third
Who told you that?                              | question    past    third
Who's there?                                    | question    present third
What do you want?                               | question    present second
What will Tom say?                              | question    future  third  name
What would you do?                              | question    other   second
Why didn't you write?                           | question    past    second
How about some tea?                             | question    other   third
How many people came?                           | question    past    third
Do I know you?                                  | question    present first
Have you ever been there?                       | question    present second
Could we leave now?                             | question    other   first
Were they angry?                                | question    past    third
You know him?                                   | question    present second
Tom left?                                       | question    past    third  name
Be quiet.                                       | affirmative other   second
Don't move.                                     | negation    other   second
Never say that again.                           | negation    other   second
Oh, look at the moon.                           | affirmative other   second
Well, I have no idea.                           | negation    present first
Luckily we found it.                            | affirmative past    first
Now go                                          | affirmative other   second
If he comes, wait.                              | affirmative other   second
What're you doing here?                         | question    present second
Who sings here?                                 | question    present third
Suddenly, it rained.                            | affirmative past    third
Yesterday we saw a fox.                         | affirmative past    first
Then the door opened.                           | affirmative past    third
But you must go.                                | affirmative present second
The naked truth hurts.                          | affirmative present third
These seeds need water.                         | affirmative present third
The red bed is old.                             | affirmative present third
The birds are singing.                          | affirmative present third
The shop will close soon.                       | affirmative future  third
We shall overcome.                              | affirmative future  first
We really enjoyed it.                           | affirmative past    first
She slowly turned round.                        | affirmative past    third
She plays the flute.                            | affirmative present third
He quickly hid it.                              | affirmative past    third
I think he came.                                | affirmative present first
You and I are friends.                          | affirmative present first
Mr Smith bought a hat.                          | affirmative past    third  name
I like Tom's hat.                               | affirmative present first  name
Everyone seems happy.                           | affirmative present third
"""


def by_hand():
    """Each sentence of BY_HAND with its attributes."""
    for line in BY_HAND.strip().splitlines():
        sentence, said = (part.strip() for part in line.split("|"))
        kind, tense, person, *named = said.split()
        yield sentence, {"kind": kind, "tense": tense, "person": person, "name": named == ["name"]}


@pytest.mark.parametrize("sentence, wanted", list(by_hand()))
def test_rules_say_what_a_sentence_says(sentence, wanted):
    assert english.attributes(sentence) == wanted
    assert english.attributes(text.join(text.tokenise(sentence))) == wanted


def test_rules_answer_to_anything_with_a_word_and_refuse_the_rest():
    words = "i you tom 's n't don't is , ? . when going to well the ly ed what a.m. 5".split()
    rng = random.Random(0)
    for _ in range(3000):
        sentence = " ".join(rng.choices(words, k=rng.randint(0, 8)))
        for with_a_word in (f"why {sentence}", f"{sentence} go"):
            assert set(english.attributes(with_a_word)) == {"kind", "tense", "person", "name"}
    assert english.attributes("Well")["kind"] == "affirmative"  # nothing follows what opens
    for empty in ("", "?!", "…"):
        with pytest.raises(ValueError, match="wanted a sentence with words, got"):
            english.attributes(empty)


def test_numbers_are_places_among_the_values():
    for sentence, said in by_hand():
        (row,) = english.indices([sentence]).tolist()
        values = {name: english.ATTRIBUTES[name][k] for k, name in zip(row, english.ATTRIBUTES)}
        assert values == said
    numbers = english.indices(["Go.", "?", ""])
    assert numbers.shape == (3, 4) and (numbers[1:] == -1).all() and (numbers[0] >= 0).all()
    none = english.indices([])
    assert none.shape == (0, 4) and none.dtype == numbers.dtype == torch.int64
