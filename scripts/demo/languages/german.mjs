/** @type {import("../language.mjs").Language} */
export const german = {
  code: "de",
  locale: "de-DE",
  countries: ["DE", "AT", "CH"],
  kinds: {
    guitar: "Konzertgitarre",
    violin: "Geige",
    cello: "Cello",
    piano: "Digitalpiano",
    clarinet: "Klarinette",
    trumpet: "Trompete",
    ukulele: "Ukulele",
    snare: "Snaredrum",
  },
  topics: {
    order: {
      subject: "Paket nicht angekommen",
      ask: [
        "Guten Tag, wo bleibt meine Bestellung {order}? Sie sollte schon am Dienstag da sein.",
        "Hallo, bei {order} steht seit drei Tagen „wird verpackt“. Ich brauche das Instrument spätestens am {date}.",
        "Können Sie mir bitte sagen, wann {order} ({item}) ankommt?",
        "Bestellung {order}: Der Zusteller war angeblich da, ich war aber den ganzen Tag zu Hause!",
      ],
      fits: [0, 0, 0, 1],
      answer: [
        "Ich habe nachgesehen: Ihre Bestellung **{order}** ({item}) ist mit {carrier} unterwegs und kommt voraussichtlich am **{date}**. Am Morgen der Zustellung erhalten Sie eine Nachricht mit einem Zeitfenster von zwei Stunden.",
        "Das tut mir leid. Laut {carrier} gab es einen Zustellversuch; das Paket liegt jetzt {days} Tage lang in der Filiale in {city}. Auf Wunsch lasse ich es am {date} noch einmal zustellen.",
      ],
    },
    advice: {
      subject: "Bitte um Beratung",
      ask: [
        "Welches Instrument empfehlen Sie für den Einstieg? Ich suche: {kind}, bis etwa {budget}.",
        "Meine Tochter ist neun und möchte anfangen ({kind}). Worauf sollten wir achten?",
        "Ist das Modell {item} für Fortgeschrittene noch interessant, oder lieber gleich {other}?",
      ],
      fits: [0, 1, 1],
      answer: [
        "Zwei kommen in Frage:\n\n1. **{item}**, {price}: ausgewogen im Klang, leicht spielbar, sehr wertstabil.\n2. **{other}**, {otherPrice}: etwas heller und leichter.\n\nAm besten probieren Sie beide bei uns in {city} aus. Sonst nehmen Sie das erste, Sie haben {days} Tage Rückgaberecht.",
        "Ich würde zum **{item}** greifen ({price}). Es wird vor dem Versand in unserer Werkstatt eingestellt, das merkt man gerade am Anfang. Mit {other} ({otherPrice}) wären Sie für die nächsten Jahre versorgt.",
      ],
    },
    return: {
      subject: "Rücksendung",
      ask: [
        "Ich möchte {order} zurückschicken, das Instrument ist leider zu groß. Was muss ich tun?",
        "Bei {item} fehlt eine Schraube am Koffer (Bestellung {order}). Tauschen Sie das um?",
        "Wer zahlt die Rücksendung von {order}, und wann bekomme ich mein Geld zurück?",
      ],
      fits: [0, 1, 0],
      answer: [
        "Gern. Sie haben {days} Tage Zeit, und die Rücksendung ist für Sie kostenlos. Das Etikett für {order} ist per E-Mail unterwegs. Bitte die Saiten eine halbe Umdrehung lockern und den Originalkarton verwenden. Die {price} erstatten wir innerhalb von drei Werktagen nach Eingang.",
        "Das lösen wir schnell: {carrier} holt das Paket bis zum {date} bei Ihnen ab, und der Ersatz geht am selben Tag heraus. Sie müssen nichts auslegen.",
      ],
    },
    care: {
      subject: "Frage zur Pflege",
      ask: [
        "Wie oft muss ich die Saiten wechseln? ({kind})",
        "Bei uns ist die Luft im Winter sehr trocken, unter 30 %. Schadet das dem Instrument ({item})?",
        "Womit darf ich den Lack reinigen? Überall sind Fingerabdrücke und Kolophonium.",
      ],
      fits: [1, 0, 0],
      answer: [
        "Ideal sind 45 bis 60 % Luftfeuchte, nicht neben der Heizung und nicht in der Sonne. Im Winter reicht ein kleiner Befeuchter im Koffer. Nach dem Spielen mit einem weichen, trockenen Tuch abwischen; bitte keine Möbelpolitur, sie greift den Lack an [handbook/care#2].",
        "Bei einer Stunde Spielzeit am Tag etwa alle drei bis vier Monate. Wechseln Sie immer nur eine auf einmal, damit Steg und Stimmstock stehen bleiben. Passend für {item} haben wir einen Satz auf Lager [handbook/care#1].",
      ],
    },
    repair: {
      subject: "Schaden, Foto im Anhang",
      ask: [
        "In der Decke ist ein Riss, siehe Foto. Lohnt sich eine Reparatur noch? ({item})",
        "Das Instrument ist umgefallen und schnarrt jetzt. Ein Bild habe ich angehängt. Was kostet das ungefähr?",
        "Am Steg löst sich der Lack, siehe Bild. Ist das ein Garantiefall?",
      ],
      fits: [0, 0, 1],
      answer: [
        "Danke für das Foto. Das ist ein Riss entlang der Maserung; er wird geleimt und von innen gesichert. Rechnen Sie mit etwa {cost} und {days} Tagen. Ich habe den {date} in der Werkstatt in {city} für Sie reserviert. Bis dahin bitte nicht spielen.",
        "Nach dem Bild ist nur der Lack betroffen, nicht das Holz. Unser Geigenbauer schaut am {date} kostenlos darauf. Ist es ein Garantiefall, zahlen Sie nichts, sonst rund {cost}.",
      ],
    },
  },
  followUps: [
    {
      topics: ["advice"],
      ask: "Super, danke! Kann ich auch in Raten zahlen?",
      answer: "Ja, ab {minimum} in 6, 12 oder 24 Monatsraten, die ersten sechs ohne Zinsen. Sie wählen das an der Kasse aus.",
    },
    {
      topics: ["advice"],
      ask: "Ist ein Koffer dabei?",
      answer: "Eine gepolsterte Tasche ist dabei. Der Koffer kostet {casePrice}; wer beides zusammen kauft, bekommt derzeit 10 % Nachlass.",
    },
    {
      topics: ["order", "advice"],
      ask: "Kann ich es auch im Laden abholen?",
      answer: "Natürlich, in {city}, montags bis samstags von 10 bis 18 Uhr. Bitte die Bestellnummer mitbringen.",
    },
    {
      topics: ["order"],
      ask: "Und die Rechnung auf meine Firma, geht das noch?",
      answer: "Ja. Schicken Sie mir bitte Firmennamen und USt-IdNr., dann stelle ich sie bis zum {date} neu aus.",
    },
    {
      topics: ["order"],
      ask: "Kann ich die Adresse noch ändern?",
      answer: "Ja, bis zum Abend vor der Zustellung, über den Link in der Nachricht von {carrier}. Der Ort muss derselbe bleiben.",
    },
    {
      topics: ["return"],
      ask: "Muss ich das Etikett ausdrucken?",
      answer: "Nein, der Code auf dem Handy genügt. Gedruckt wird in jeder Filiale von {carrier}.",
    },
    {
      topics: ["repair"],
      ask: "Gibt es auf die Reparatur eine Garantie?",
      answer: "Zwei Jahre auf alles, was wir geleimt haben. Ein neuer Riss wegen zu trockener Luft gehört nicht dazu.",
    },
    {
      topics: ["care"],
      ask: "Welchen Befeuchter würden Sie nehmen?",
      answer: "Den kleinen für den Koffer, {fee}. Einmal in der Woche mit destilliertem Wasser füllen.",
    },
  ],
  comments: {
    up: ["Sehr freundlich und schnell", "Frage beantwortet, danke!", "besser als die Hotline"],
    down: ["Die Auskunft war falsch", "hat mich nicht verstanden", "viel zu allgemein"],
  },
};
