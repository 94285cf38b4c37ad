/// What is wrong with bytes that a peer sent, or with values that cannot be put on the wire.
///
/// Every case ends the connection; `replyCode` is what to say to the peer in `connection.close`.
package enum WireError: Error, Hashable, Sendable {
  /// A frame of `size` bytes, headers included, where `limit` were agreed.
  case frameTooLarge(size: Int, limit: Int)
  /// A frame did not end in 0xCE.
  case badFrameEnd(UInt8)
  /// A frame type other than method, header, body and heartbeat.
  case unknownFrameType(UInt8)
  /// A heartbeat with a payload, or on a channel other than 0.
  case badHeartbeat
  /// The peer speaks another protocol: it sent a protocol header in place of a frame.
  case protocolHeader(major: UInt8, minor: UInt8, revision: UInt8)
  /// Bytes that begin like a protocol header and are none.
  case notAMQP
  /// A value reaches beyond its frame or its table.
  case truncated
  /// Bytes are left over after the last argument of a method or the last property.
  case trailingBytes(Int)
  /// A method that the protocol does not define.
  case unknownMethod(classID: UInt16, methodID: UInt16)
  /// A field table holds a type that RabbitMQ does not define.
  case unknownFieldType(UInt8)
  /// Tables and arrays nested deeper than `FieldValue.maximumDepth`.
  case nestedTooDeeply
  /// A short string or field name that is not UTF-8.
  case textNotUTF8
  /// A string of this many bytes, where at most 255 can be sent.
  case shortStringTooLong(Int)
  /// A reserved or continuation bit is set in the property flags.
  case badPropertyFlags(UInt16)
  /// A content header for another class than basic.
  case wrongContentClass(UInt16)
  /// A header or body where none was due, or another frame where one was due.
  case unexpectedFrame(String)
  /// A method that is not valid in this phase.
  case unexpectedMethod(String)
  /// A frame on a channel that is not open.
  case channelNotOpen(UInt16)
  /// A content larger than `ContentAssembler.maximumBodySize`.
  case contentTooLarge(UInt64)
  /// The broker offers nothing that this client can negotiate.
  case negotiationFailed(String)

  /// The reply code that belongs to the error, from `ReplyCode`.
  package var replyCode: UInt16 {
    switch self {
    case .frameTooLarge, .badFrameEnd, .unknownFrameType, .badHeartbeat, .protocolHeader, .notAMQP:
      ReplyCode.frameError
    case .truncated, .trailingBytes, .unknownFieldType, .nestedTooDeeply, .textNotUTF8,
      .shortStringTooLong, .badPropertyFlags:
      ReplyCode.syntaxError
    case .unknownMethod, .unexpectedMethod: ReplyCode.commandInvalid
    case .channelNotOpen: ReplyCode.channelError
    case .unexpectedFrame, .wrongContentClass: ReplyCode.unexpectedFrame
    case .contentTooLarge: ReplyCode.resourceError
    case .negotiationFailed: ReplyCode.notAllowed
    }
  }
}

extension WireError: CustomStringConvertible {
  /// One sentence for people.
  package var description: String {
    switch self {
    case .frameTooLarge(let size, let limit):
      "a frame of \(size) bytes, where at most \(limit) were agreed"
    case .badFrameEnd(let octet): "a frame ended in octet \(octet) instead of 206"
    case .unknownFrameType(let type): "a frame of the unknown type \(type)"
    case .badHeartbeat: "a heartbeat with a payload or outside channel 0"
    case .protocolHeader(let major, let minor, let revision):
      "the broker refused the protocol and offers AMQP \(major)-\(minor)-\(revision); "
        + "connect to a broker that speaks 0-9-1"
    case .notAMQP: "the peer does not speak AMQP; check host and port"
    case .truncated: "a value reaches beyond the end of its frame or table"
    case .trailingBytes(let count): "\(count) bytes are left over at the end of a frame"
    case .unknownMethod(let classID, let methodID): "the unknown method \(classID).\(methodID)"
    case .unknownFieldType(let type): "a table field of the unknown type \(type)"
    case .nestedTooDeeply: "tables nested deeper than \(FieldValue.maximumDepth) levels"
    case .textNotUTF8: "a short string that is not UTF-8"
    case .shortStringTooLong(let count): "a short string of \(count) bytes; at most 255 fit"
    case .badPropertyFlags(let flags): "reserved bits set in the property flags \(flags)"
    case .wrongContentClass(let classID): "a content header of class \(classID); expected 60"
    case .unexpectedFrame(let what): "an unexpected frame: \(what)"
    case .unexpectedMethod(let what): "a method that is not valid now: \(what)"
    case .channelNotOpen(let number): "a frame on channel \(number), which is not open"
    case .contentTooLarge(let size):
      "a content of \(size) bytes, where at most \(ContentAssembler.maximumBodySize) are taken"
    case .negotiationFailed(let what): "the connection could not be negotiated: \(what)"
    }
  }
}
