/** @type {import("../language.mjs").Language} */
export const english = {
  code: "en",
  locale: "en-GB",
  countries: ["GB", "IE", "US", "NL"],
  kinds: {
    guitar: "classical guitar",
    violin: "violin",
    cello: "cello",
    piano: "digital piano",
    clarinet: "clarinet",
    trumpet: "trumpet",
    ukulele: "ukulele",
    snare: "snare drum",
  },
  topics: {
    order: {
      subject: "Where is my parcel?",
      ask: [
        "Hi, where is my order {order}? It was supposed to arrive before the weekend.",
        'Hello! Order {order} still says "packed". My daughter\'s first lesson is on {date}, will the {item} be here by then?',
        "can u check {order} for me pls, no mail from the courier yet",
        "I ordered the {item} last week ({order}) and have heard nothing since. What is going on?",
      ],
      fits: [0, 1, 0, 0],
      answer: [
        "I have found it: order **{order}** with your {item} is with {carrier} and is expected on **{date}**. You will get a message on the morning of the delivery. If nobody is at home, it goes to the nearest shop for {days} days.",
        "Good news. The {item} left us yesterday and {carrier} plans to deliver it on {date}. The case travels in a second box, so please do not worry if the two do not come at the same hour.",
      ],
    },
    advice: {
      subject: "Which one should I buy?",
      ask: [
        "I am looking for a {kind} for a beginner, up to about {budget}. What would you take?",
        "Which {kind} would you recommend for a grown-up who starts again after twenty years? Budget is {budget}.",
        "Is the {item} a good first {kind}? Or should I rather save for something better?",
        "My teacher says I need a better {kind}. I play three evenings a week and can spend {budget}.",
      ],
      fits: [0, 0, 1, 0],
      answer: [
        "For that I would look at two:\n\n1. **{item}**, {price}. Well balanced, easy to play in tune, and it holds its value.\n2. **{other}**, {otherPrice}. A little brighter, and lighter to carry.\n\nIf you can, try both in the shop in {city}; otherwise take the first one. You may send it back within {days} days.",
        "I would take the **{item}** ({price}). Beginners tend to fight cheap {kind}s instead of learning on them, and this one is set up in our own workshop before it leaves. The {other} at {otherPrice} is the one to grow into.",
      ],
    },
    return: {
      subject: "Sending it back",
      ask: [
        "The {item} is lovely but too big for my son. How do I send it back? Order {order}.",
        "I want to return {order}. The sound is not what I hoped for. Do I have to pay for the parcel?",
        "Order {order}: the {item} came with a scratch on the side. I would like to exchange it.",
      ],
      fits: [0, 0, 1],
      answer: [
        "That is no problem. You have {days} days from delivery, and the return is free. I have made a label for order {order} and sent it to your mail address. Please loosen the strings by half a turn and use the original box. We pay the {price} back within three working days of its arrival.",
        "I am sorry that it did not work out. The label for {order} is on its way to you; {carrier} also collects it at your door if you choose a day before {date}. Once it is here you get {price} back, or an exchange, whichever you like.",
      ],
    },
    care: {
      subject: "A question about care",
      ask: [
        "How often should I change the strings of my {kind}?",
        "It is very dry in our flat in winter, 25 % humidity. Is that bad for my {kind}?",
        "What may I clean the {item} with? There is rosin dust and fingerprints everywhere.",
        "How should I store a {kind} for three months while I am abroad?",
      ],
      fits: [1, 0, 0, 0],
      answer: [
        "Keep it between 45 and 60 % relative humidity and away from radiators and sunny windows. In winter a small humidifier in the case is enough. Wipe it with a dry, soft cloth after playing; no furniture polish, it eats the varnish [handbook/care#2].",
        "With an hour of playing a day, about every three to four months; you hear it when the sound becomes dull and the tuning drifts. For the {item} we have a set that fits in stock. Change one at a time, so that the bridge stays where it is [handbook/care#1].",
      ],
    },
    repair: {
      subject: "Damage, photo attached",
      ask: [
        "There is a crack in the top of my {item}, see the photo. Can that be repaired?",
        "My {kind} has fallen over and now it buzzes. Photo attached. What would it cost?",
        "The finish is coming off near the bridge (picture). Is this covered by the warranty?",
      ],
      fits: [0, 0, 1],
      answer: [
        "Thank you for the photo. That looks like a crack along the grain, which is glued and cleated from the inside: about {cost}, and {days} days. I have reserved {date} in our workshop in {city}. Please do not play it until then and slacken the strings.",
        "From the picture I would say it is the varnish and not the wood, so nothing gets worse if you go on playing. Our luthier looks at it on {date}, without charge. If it falls under the warranty you pay nothing; otherwise it is around {cost}.",
      ],
    },
  },
  followUps: [
    {
      topics: ["advice"],
      ask: "Great, thanks. Can I pay in instalments?",
      answer: "Yes, from {minimum} on: 6, 12 or 24 months, the first six without interest. You choose it at the checkout.",
    },
    {
      topics: ["advice"],
      ask: "And do you also ship to Switzerland?",
      answer: "We do, for {fee}. Customs are paid by you on delivery; we put all the papers on the outside of the parcel.",
    },
    {
      topics: ["advice"],
      ask: "Does it come with a case?",
      answer: "A padded gig bag is included. A hard case for the {item} is {casePrice}, and right now there is 10 % off when you buy both.",
    },
    {
      topics: ["order", "advice"],
      ask: "Could I pick it up in the shop instead?",
      answer: "Of course: {city}, Mondays to Saturdays from 10 to 18. I have put a note on it, please bring the order number.",
    },
    {
      topics: ["advice", "care"],
      ask: "One more thing, do you give lessons?",
      answer: "Not ourselves, but three teachers rent rooms above the shop. I can send you their addresses if you like.",
    },
    {
      topics: ["order"],
      ask: "Can I still change the address?",
      answer:
        "Until the evening before the delivery, yes: in the message of {carrier} there is a link for it. The city has to stay the same.",
    },
    {
      topics: ["return"],
      ask: "Do I have to print the label?",
      answer: "No. The code on your phone is enough at any branch of {carrier}; they print it there.",
    },
    {
      topics: ["repair"],
      ask: "Is there a guarantee on the repair?",
      answer: "Two years on everything that we glued. It does not cover a new crack beside the old one if the air stays too dry.",
    },
    {
      topics: ["care"],
      ask: "Which humidifier would you take?",
      answer: "The small one for the case, {fee}. Fill it once a week, with distilled water.",
    },
  ],
  comments: {
    up: ["quick and clear, thank you", "Solved in two minutes.", "friendlier than most people on the phone"],
    down: ["did not answer my question", "the date was wrong, it came a week later", "I wanted to talk to a human"],
  },
};
