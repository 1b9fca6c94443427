/** @type {import("../language.mjs").Language} */
export const spanish = {
  code: "es",
  locale: "es-ES",
  countries: ["ES", "MX", "AR", "CL"],
  kinds: {
    guitar: "guitarra clásica",
    violin: "violín",
    cello: "violonchelo",
    piano: "piano digital",
    clarinet: "clarinete",
    trumpet: "trompeta",
    ukulele: "ukelele",
    snare: "caja",
  },
  topics: {
    order: {
      subject: "¿Dónde está mi paquete?",
      ask: [
        "Hola, ¿dónde está mi pedido {order}? Tenía que llegar ayer.",
        "Buenas, el pedido {order} ({item}) sigue «en preparación». Lo necesito antes del {date}.",
        "¿Me podéis decir qué mensajería lleva el {order}? No he recibido ningún correo.",
      ],
      fits: [0, 1, 0],
      answer: [
        "Ya lo he encontrado: el pedido **{order}** con el modelo {item} va con {carrier} y la entrega está prevista para el **{date}**. Esa mañana recibirás un aviso con la franja horaria.",
        "Siento la espera. El paquete salió ayer de {city} y {carrier} lo entrega el {date}. Si no hay nadie en casa, lo guardan {days} días en el punto de recogida.",
      ],
    },
    advice: {
      subject: "¿Cuál me recomiendan?",
      ask: [
        "Quiero empezar a tocar y busco un instrumento ({kind}) por unos {budget}. ¿Cuál me recomiendas?",
        "¿Qué diferencia hay entre {item} y {other}? Es para mi hijo de once años.",
        "¿Vale la pena el modelo {item} para alguien que ya lleva cinco años tocando?",
      ],
      fits: [0, 0, 1],
      answer: [
        "Yo miraría dos:\n\n1. **{item}**, {price}: equilibrado, cómodo y fácil de afinar.\n2. **{other}**, {otherPrice}: suena algo más brillante y pesa menos.\n\nSi puedes, pruébalos en la tienda de {city}. Tienes {days} días para devolverlo.",
        "Me quedaría con **{item}** ({price}): lo ajustamos en nuestro taller antes de enviarlo. Si piensas seguir muchos años, {other} ({otherPrice}) es la mejor inversión.",
      ],
    },
    return: {
      subject: "Devolución",
      ask: [
        "Quiero devolver el pedido {order}, me he equivocado de tamaño. ¿Cómo lo hago?",
        "El {item} ha llegado con un arañazo (pedido {order}). ¿Me lo cambiáis?",
        "¿Quién paga el envío de la devolución del {order}?",
      ],
      fits: [0, 1, 0],
      answer: [
        "Sin problema: tienes {days} días y la devolución es gratuita. Te he enviado la etiqueta del {order} por correo. Afloja un poco las cuerdas y usa la caja original. Te devolvemos {price} en tres días hábiles desde que llegue.",
        "Lo siento mucho. {carrier} lo recoge en tu casa antes del {date} y el mismo día sale el nuevo. No tienes que pagar nada.",
      ],
    },
    care: {
      subject: "Duda sobre el cuidado",
      ask: [
        "¿Cada cuánto hay que cambiar las cuerdas? ({kind})",
        "¿Con qué limpio el barniz sin estropearlo?",
        "Vivo en la costa y hay mucha humedad, más del 75 %. ¿Es malo para el {item}?",
      ],
      fits: [1, 0, 0],
      answer: [
        "Lo ideal es entre el 45 y el 60 % de humedad, lejos de radiadores y del sol. Después de tocar, pásale un paño seco y suave; nada de limpiamuebles, porque ataca el barniz [handbook/care#2].",
        "Tocando una hora al día, cada tres o cuatro meses. Cámbialas de una en una para que el puente no se mueva. Para {item} tenemos un juego en existencias [handbook/care#1].",
      ],
    },
    repair: {
      subject: "Daño, adjunto foto",
      ask: [
        "Tiene una grieta en la tapa, mira la foto. ¿Se puede arreglar? ({item})",
        "Se me cayó y ahora cerdea. Adjunto una imagen. ¿Cuánto costaría más o menos?",
      ],
      fits: [0, 1],
      answer: [
        "Gracias por la foto. Es una grieta siguiendo la veta: se encola y se refuerza por dentro, unos {cost} y {days} días. Te he reservado el {date} en el taller de {city}. Hasta entonces, mejor no tocarlo.",
        "Por la imagen parece solo el barniz, no la madera. Nuestro lutier lo mira gratis el {date}. Si entra en garantía no pagas nada; si no, alrededor de {cost}.",
      ],
    },
  },
  followUps: [
    {
      topics: ["advice"],
      ask: "Perfecto. ¿Se puede pagar a plazos?",
      answer: "Sí, a partir de {minimum}: en 6, 12 o 24 meses, los seis primeros sin intereses. Se elige al pagar.",
    },
    {
      topics: ["advice"],
      ask: "¿Incluye funda?",
      answer: "Incluye una funda acolchada. El estuche rígido cuesta {casePrice}, con un 10 % de descuento si compras los dos.",
    },
    {
      topics: ["order", "advice"],
      ask: "¿Y lo puedo recoger en la tienda?",
      answer: "Claro: {city}, de lunes a sábado de 10 a 18. Trae el número de pedido, por favor.",
    },
    {
      topics: ["order"],
      ask: "¿Puedo cambiar la dirección todavía?",
      answer: "Sí, hasta la noche anterior a la entrega, con el enlace del mensaje de {carrier}. La ciudad tiene que ser la misma.",
    },
    {
      topics: ["return"],
      ask: "¿Tengo que imprimir la etiqueta?",
      answer: "No, basta con el código en el móvil; la imprimen en cualquier oficina de {carrier}.",
    },
    {
      topics: ["repair"],
      ask: "¿La reparación tiene garantía?",
      answer: "Dos años en todo lo que encolamos. No cubre una grieta nueva por aire demasiado seco.",
    },
    {
      topics: ["care"],
      ask: "¿Qué humidificador me recomiendas?",
      answer: "El pequeño para el estuche, {fee}. Se rellena una vez por semana con agua destilada.",
    },
  ],
  comments: {
    up: ["muy rápido y amable", "¡Resuelto, gracias!", "justo lo que necesitaba"],
    down: ["no respondió a mi pregunta", "la fecha era incorrecta", "quería hablar con una persona"],
  },
};
