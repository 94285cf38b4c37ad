/// The reply codes of AMQP 0-9-1 (section 1.2 of the specification) and RabbitMQ's use of them.
package enum ReplyCode {
  /// The answer of an orderly close.
  package static let success: UInt16 = 200
  /// The content is larger than the receiver takes (channel).
  package static let contentTooLarge: UInt16 = 311
  /// A mandatory message had no queue to go to (in `basic.return`).
  package static let noRoute: UInt16 = 312
  /// An immediate message had no consumer to go to (channel).
  package static let noConsumers: UInt16 = 313
  /// An operator or the broker itself ended the connection (connection).
  package static let connectionForced: UInt16 = 320
  /// The virtual host is unknown or its path is malformed (connection).
  package static let invalidPath: UInt16 = 402
  /// The user may not do this (channel, and connection when logging in).
  package static let accessRefused: UInt16 = 403
  /// The named entity does not exist, or its home node is down (channel).
  package static let notFound: UInt16 = 404
  /// The entity is exclusive to another connection (channel).
  package static let resourceLocked: UInt16 = 405
  /// A precondition failed: inequivalent arguments, unknown delivery tag (channel).
  package static let preconditionFailed: UInt16 = 406
  /// A frame could not be decoded (connection).
  package static let frameError: UInt16 = 501
  /// A frame held an illegal value (connection).
  package static let syntaxError: UInt16 = 502
  /// A method that is not valid at this point, or unknown (connection).
  package static let commandInvalid: UInt16 = 503
  /// A channel that is not open, or opened twice (connection).
  package static let channelError: UInt16 = 504
  /// A frame that was not expected, such as a body without a header (connection).
  package static let unexpectedFrame: UInt16 = 505
  /// The peer ran out of resources (connection).
  package static let resourceError: UInt16 = 506
  /// The peer may not work with this entity in this way (connection).
  package static let notAllowed: UInt16 = 530
  /// The broker does not implement this (connection).
  package static let notImplemented: UInt16 = 540
  /// The broker failed internally (connection).
  package static let internalError: UInt16 = 541
}
