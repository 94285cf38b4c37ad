internal import DequeModule

extension ChannelMachine {
  /// Takes a frame of this channel; throws what the broker did wrong.
  mutating func receive(_ frame: Frame, _ output: inout ChannelOutput) throws(WireError) {
    switch phase {
    case .idle, .closed: throw .channelNotOpen(frame.channel)
    case .closing: return try drain(frame, &output)
    case .opening, .open: break
    }
    guard frame.channel == number else { throw .channelNotOpen(frame.channel) }
    switch frame {
    case .method(_, let method): try receive(method, &output)
    case .header(_, let header):
      if let content = try assembler.receive(header) { try receive(content, &output) }
    case .body(_, let piece):
      if let content = try assembler.receive(piece) { try receive(content, &output) }
    case .heartbeat: throw .badHeartbeat
    }
  }

  /// While closing, only the end of the handshake counts.
  private mutating func drain(
    _ frame: Frame, _ output: inout ChannelOutput
  ) throws(WireError) {
    guard case .method(_, .channel(let method)) = frame else { return }
    if case .close = method { try send(.channel(.closeOk), &output) }
    if case .closeOk = method {
      phase = .closed
      output.actions.append(.closed(.stopped))
    }
  }

  private mutating func receive(
    _ method: Method, _ output: inout ChannelOutput
  ) throws(WireError) {
    guard assembler.isIdle else { throw .unexpectedFrame("method \(method) inside a content") }
    switch method {
    case .channel(.close(let notice)):
      try send(.channel(.closeOk), &output)
      output.actions.append(.closed(.channelClosedByBroker(notice)))
      abandon(.channelClosedByBroker(notice), &output)
    case .channel(.flow(let active)):
      try send(.channel(.flowOk(active: active)), &output)
      mayPublish = active
      pump(&output)
    case .basic(.deliver), .basic(.return), .basic(.getOk):
      try begin(method)
    case .basic(.ack(let tag, let multiple)):
      confirm(tag, multiple: multiple, nacked: false, &output)
    case .basic(.nack(let tag, let multiple, _)):
      confirm(tag, multiple: multiple, nacked: true, &output)
    case .basic(.cancel(let tag, let noWait)):
      if !noWait { try send(.basic(.cancelOk(consumerTag: tag)), &output) }
      consumerTags.remove(tag)
      output.actions.append(
        .event(.consumerCancelled(incarnation: incarnation, consumerTag: tag)))
    default: try answer(method, &output)
    }
  }

  private mutating func begin(_ method: Method) throws(WireError) {
    guard case .basic(let announced) = method else { return }
    if case .getOk = announced, awaiting.first?.answer != .get { throw unexpected(method) }
    try assembler.begin(announced)
  }

  private mutating func answer(
    _ method: Method, _ output: inout ChannelOutput
  ) throws(WireError) {
    guard let awaited = awaiting.first, let answer = awaited.answer.answer(in: method) else {
      throw unexpected(method)
    }
    takeAwaited()
    switch answer {
    case .consuming(let tag): consumerTags.insert(tag)
    case .cancelled(let tag): consumerTags.remove(tag)
    default: break
    }
    if phase == .opening { return try openFurther(after: awaited.answer, &output) }
    if let command = awaited.command { complete(command.token, .ok(answer), &output) }
    pump(&output)
  }

  private mutating func takeAwaited() {
    awaiting.removeFirst()
    mayAddGets = awaiting.count <= Self.fewGets
  }

  /// The steps of opening, one at a time: open, confirm.select, qos.
  private mutating func openFurther(
    after step: AwaitedAnswer, _ output: inout ChannelOutput
  ) throws(WireError) {
    if step == .channelOpen, configuration.confirms {
      awaiting.append(Awaiting(answer: .confirmSelect))
      return try send(.confirm(.select()), &output)
    }
    if step != .openingQos, configuration.prefetch > 0 {
      awaiting.append(Awaiting(answer: .openingQos))
      return try send(.basic(.qos(prefetchCount: configuration.prefetch)), &output)
    }
    phase = .open
    output.actions.append(.opened)
  }

  private mutating func receive(
    _ content: Content, _ output: inout ChannelOutput
  ) throws(WireError) {
    switch content.method {
    case .deliver(let arguments):
      let delivery = ChannelDelivery(
        incarnation: incarnation, arguments: arguments, properties: content.properties,
        body: content.body)
      output.actions.append(.event(.delivered(delivery)))
    case .getOk(let arguments):
      let message = FetchedMessage(
        reference: DeliveryReference(
          incarnation: incarnation, deliveryTag: arguments.deliveryTag),
        arguments: arguments, properties: content.properties, body: content.body)
      guard let awaited = awaiting.first, awaited.answer == .get else {
        throw unexpected(.basic(content.method))
      }
      takeAwaited()
      if let command = awaited.command {
        complete(command.token, .ok(.message(message)), &output)
      }
      pump(&output)
    case .return(let arguments): receive(arguments, content, &output)
    default: throw unexpected(.basic(content.method))
    }
  }

  private mutating func receive(
    _ arguments: ReturnArguments, _ content: Content, _ output: inout ChannelOutput
  ) {
    let lowest = unconfirmed.firstTag
    let fingerprint = UnconfirmedPublishes.Fingerprint(
      exchange: arguments.exchange, routingKey: arguments.routingKey,
      messageID: content.properties.messageID, body: content.body)
    let returned = ReturnedMessage(
      token: unconfirmed.note(arguments, of: fingerprint), lowestUnanswered: lowest,
      replyCode: arguments.replyCode, body: content.body)
    output.actions.append(.event(.answer(incarnation: incarnation, .returned(returned))))
  }

  /// A tag of 0 with `multiple` means everything so far.
  private mutating func confirm(
    _ tag: UInt64, multiple: Bool, nacked: Bool, _ output: inout ChannelOutput
  ) {
    let answer = ProtocolAnswer.confirm(publishTag: tag, multiple: multiple, nacked: nacked)
    output.actions.append(.event(.answer(incarnation: incarnation, answer)))
    if multiple {
      let newest = unconfirmed.nextTag - 1
      let last = tag == 0 ? newest : min(tag, newest)
      var next = unconfirmed.firstTag
      while next <= last {
        if let completion = unconfirmed.settle(next, nacked: nacked) {
          complete(completion, &output)
        }
        next += 1
      }
    } else if let completion = unconfirmed.settle(tag, nacked: nacked) {
      complete(completion, &output)
    }
    pump(&output)
  }

  private func unexpected(_ method: Method) -> WireError {
    .unexpectedMethod("\(method) on channel \(number), which is \(phase)")
  }
}
