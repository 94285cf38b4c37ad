/// Any method of AMQP 0-9-1 with RabbitMQ's extensions, in either direction.
package enum Method: Hashable, Sendable {
  /// Class 10.
  case connection(ConnectionMethod)
  /// Class 20.
  case channel(ChannelMethod)
  /// Class 30.
  case access(AccessMethod)
  /// Class 40.
  case exchange(ExchangeMethod)
  /// Class 50.
  case queue(QueueMethod)
  /// Class 60.
  case basic(BasicMethod)
  /// Class 85.
  case confirm(ConfirmMethod)
  /// Class 90.
  case tx(TransactionMethod)

  /// The class on the wire.
  package var classID: UInt16 {
    switch self {
    case .connection: ConnectionMethod.classID
    case .channel: ChannelMethod.classID
    case .access: AccessMethod.classID
    case .exchange: ExchangeMethod.classID
    case .queue: QueueMethod.classID
    case .basic: BasicMethod.classID
    case .confirm: ConfirmMethod.classID
    case .tx: TransactionMethod.classID
    }
  }

  /// The method inside its class on the wire.
  package var methodID: UInt16 {
    switch self {
    case .connection(let method): method.methodID
    case .channel(let method): method.methodID
    case .access(let method): method.methodID
    case .exchange(let method): method.methodID
    case .queue(let method): method.methodID
    case .basic(let method): method.methodID
    case .confirm(let method): method.methodID
    case .tx(let method): method.methodID
    }
  }

  /// Appends the arguments, without the two identifiers.
  package func encodeArguments(into writer: inout WireWriter) throws(WireError) {
    switch self {
    case .connection(let method): try method.encodeArguments(into: &writer)
    case .channel(let method): try method.encodeArguments(into: &writer)
    case .access(let method): try method.encodeArguments(into: &writer)
    case .exchange(let method): try method.encodeArguments(into: &writer)
    case .queue(let method): try method.encodeArguments(into: &writer)
    case .basic(let method): try method.encodeArguments(into: &writer)
    case .confirm(let method): try method.encodeArguments(into: &writer)
    case .tx: break
    }
  }

  /// Reads the two identifiers and the arguments.
  package init(from reader: inout WireReader) throws(WireError) {
    let classID = try reader.short()
    let methodID = try reader.short()
    self =
      switch classID {
      case ConnectionMethod.classID: .connection(try ConnectionMethod(methodID, from: &reader))
      case ChannelMethod.classID: .channel(try ChannelMethod(methodID, from: &reader))
      case AccessMethod.classID: .access(try AccessMethod(methodID, from: &reader))
      case ExchangeMethod.classID: .exchange(try ExchangeMethod(methodID, from: &reader))
      case QueueMethod.classID: .queue(try QueueMethod(methodID, from: &reader))
      case BasicMethod.classID: .basic(try BasicMethod(methodID, from: &reader))
      case ConfirmMethod.classID: .confirm(try ConfirmMethod(methodID, from: &reader))
      case TransactionMethod.classID: .tx(try TransactionMethod(methodID))
      default: throw .unknownMethod(classID: classID, methodID: methodID)
      }
  }
}

extension Method: CustomStringConvertible {
  /// The two identifiers, such as `50.10`.
  package var description: String { "\(classID).\(methodID)" }
}
