internal import Environment

/// The answer that a channel's synchronous method waits for.
enum AwaitedAnswer: Hashable, Sendable {
  case channelOpen
  case confirmSelect
  case openingQos
  case qos
  case declare
  case delete
  case purge
  case bind
  case unbind
  case declareExchange
  case deleteExchange
  case get
  case consume
  case cancel
}

extension ChannelOperation {
  /// The deadline of the operation, counted from its submission.
  func timeout(in configuration: SessionConfiguration) -> Duration {
    if case .publish = self { return configuration.confirmTimeout }
    return configuration.operationTimeout
  }

  /// The method to send and the answer to wait for; nil for operations without an answer.
  var request: (Method, AwaitedAnswer)? {
    switch self {
    case .publish, .ack, .nack, .reject: nil
    case .get(let queue, let noAck): (.basic(.get(queue: queue, noAck: noAck)), .get)
    case .consume(let request): (.basic(.consume(request.answered)), .consume)
    case .cancel(let tag): (.basic(.cancel(consumerTag: tag)), .cancel)
    case .declare(let declaration): (.queue(.declare(declaration.answered)), .declare)
    case .delete(let queue, let ifUnused, let ifEmpty):
      (.queue(.delete(queue: queue, ifUnused: ifUnused, ifEmpty: ifEmpty)), .delete)
    case .purge(let queue): (.queue(.purge(queue: queue)), .purge)
    case .bind(let binding): (.queue(.bind(binding.answered)), .bind)
    case .unbind(let binding): (.queue(.unbind(binding)), .unbind)
    case .declareExchange(let declaration):
      (.exchange(.declare(declaration.answered)), .declareExchange)
    case .deleteExchange(let exchange, let ifUnused):
      (.exchange(.delete(exchange: exchange, ifUnused: ifUnused)), .deleteExchange)
    case .qos(let count, let global):
      (.basic(.qos(prefetchCount: count, global: global)), .qos)
    }
  }
}

extension AwaitedAnswer {
  /// What the owner is told if `method` is the answer; nil if it is not.
  func answer(in method: Method) -> CommandAnswer? {
    switch (self, method) {
    case (.declare, .queue(.declareOk(let queue, let messageCount, let consumerCount))):
      .declared(queue: queue, messageCount: messageCount, consumerCount: consumerCount)
    case (.delete, .queue(.deleteOk(let messageCount))): .deleted(messageCount: messageCount)
    case (.purge, .queue(.purgeOk(let messageCount))): .purged(messageCount: messageCount)
    case (.consume, .basic(.consumeOk(let tag))): .consuming(consumerTag: tag)
    case (.cancel, .basic(.cancelOk(let tag))): .cancelled(consumerTag: tag)
    case (.get, .basic(.getEmpty)): .empty
    case (.qos, .basic(.qosOk)), (.bind, .queue(.bindOk)), (.unbind, .queue(.unbindOk)),
      (.declareExchange, .exchange(.declareOk)), (.deleteExchange, .exchange(.deleteOk)),
      (.channelOpen, .channel(.openOk)), (.confirmSelect, .confirm(.selectOk)),
      (.openingQos, .basic(.qosOk)):
      .done
    default: nil
    }
  }
}

/// Requests whose answer may be waived; a session always wants it.
private protocol Waivable {
  var noWait: Bool { get set }
}

extension Waivable {
  fileprivate var answered: Self {
    var request = self
    request.noWait = false
    return request
  }
}

extension ConsumeRequest: Waivable {}
extension QueueDeclaration: Waivable {}
extension QueueBinding: Waivable {}
extension ExchangeDeclaration: Waivable {}
