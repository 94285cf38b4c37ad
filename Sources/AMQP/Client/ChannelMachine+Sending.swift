internal import DequeModule
internal import Environment

extension ChannelMachine {
  /// Writes a command, or lets it wait for its turn, or refuses it.
  mutating func submit(_ command: ChannelCommand, at now: Instant, _ output: inout ChannelOutput) {
    guard phase == .open else {
      return complete(command.token, .failed(.notWritten(.notOpen)), &output)
    }
    let deadline = now + command.operation.timeout(in: configuration)
    if pending.isEmpty, mayWrite(command.operation) {
      write(command, deadline: deadline, &output)
    } else if pending.count < Self.maximumPending {
      pending.append(Pending(command: command, deadline: deadline))
      note(deadline: deadline)
    } else {
      complete(command.token, .failed(.notWritten(.queueFull)), &output)
    }
  }

  /// Writes the commands whose turn has come.
  mutating func pump(_ output: inout ChannelOutput) {
    while phase == .open, let first = pending.first, mayWrite(first.command.operation) {
      pending.removeFirst()
      write(first.command, deadline: first.deadline, &output)
    }
  }

  private func mayWrite(_ operation: ChannelOperation) -> Bool {
    switch operation {
    case .publish: mayPublish && !unconfirmed.isFull
    case .ack, .nack, .reject: true
    case .get:
      awaiting.isEmpty
        || (awaiting.first?.answer == .get && mayAddGets && awaiting.count < Self.maximumGets)
    default: awaiting.isEmpty
    }
  }

  private mutating func write(
    _ command: ChannelCommand, deadline: Instant, _ output: inout ChannelOutput
  ) {
    do throws(WireError) {
      switch command.operation {
      case .publish(let publication):
        try publish(publication, token: command.token, deadline: deadline, &output)
      case .ack(let reference, let multiple):
        let method = BasicMethod.ack(deliveryTag: reference.deliveryTag, multiple: multiple)
        try settle(reference, with: method, token: command.token, &output)
      case .nack(let reference, let multiple, let requeue):
        let method = BasicMethod.nack(
          deliveryTag: reference.deliveryTag, multiple: multiple, requeue: requeue)
        try settle(reference, with: method, token: command.token, &output)
      case .reject(let reference, let requeue):
        let method = BasicMethod.reject(deliveryTag: reference.deliveryTag, requeue: requeue)
        try settle(reference, with: method, token: command.token, &output)
      default: try ask(command, deadline: deadline, &output)
      }
    } catch {
      complete(command.token, .failed(.notWritten(.unencodable(error))), &output)
    }
  }

  private mutating func publish(
    _ publication: Publication, token: UInt64, deadline: Instant, _ output: inout ChannelOutput
  ) throws(WireError) {
    let method = BasicMethod.publish(
      exchange: publication.exchange, routingKey: publication.routingKey,
      mandatory: publication.mandatory)
    try output.writer.content(
      .basic(method), properties: publication.properties, body: publication.body,
      channel: number, frameMax: frameMax)
    guard configuration.confirms else {
      output.actions.append(.event(.written(token: token, publishTag: nil)))
      return complete(token, .sent, &output)
    }
    let tag = unconfirmed.append(
      token: token, deadline: deadline, fingerprint: publication.fingerprint)
    note(deadline: deadline)
    output.actions.append(.event(.written(token: token, publishTag: tag)))
  }

  private mutating func settle(
    _ reference: DeliveryReference, with method: BasicMethod, token: UInt64,
    _ output: inout ChannelOutput
  ) throws(WireError) {
    guard reference.incarnation == incarnation else {
      return complete(token, .failed(.notWritten(.staleIncarnation)), &output)
    }
    try send(.basic(method), &output)
    output.actions.append(.event(.written(token: token, publishTag: nil)))
    complete(token, .sent, &output)
  }

  private mutating func ask(
    _ command: ChannelCommand, deadline: Instant, _ output: inout ChannelOutput
  ) throws(WireError) {
    if case .consume(let request) = command.operation {
      let isTaken = consumerTags.contains(request.consumerTag)
      guard !isTaken, consumerTags.count < Self.maximumConsumers else {
        return complete(command.token, .failed(.notWritten(.consumerTagInUse)), &output)
      }
    }
    guard let (method, answer) = command.operation.request else { return }
    try send(method, &output)
    if case .consume(let request) = command.operation, !request.consumerTag.isEmpty {
      consumerTags.insert(request.consumerTag)
    }
    awaiting.append(Awaiting(answer: answer, command: (command.token, deadline)))
    note(deadline: deadline)
    output.actions.append(.event(.written(token: command.token, publishTag: nil)))
  }
}

extension Publication {
  fileprivate var fingerprint: UnconfirmedPublishes.Fingerprint? {
    guard mandatory else { return nil }
    return UnconfirmedPublishes.Fingerprint(
      exchange: exchange, routingKey: routingKey, messageID: properties.messageID, body: body)
  }
}
