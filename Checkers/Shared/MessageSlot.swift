/// Where a message's state is kept.
struct MessageSlot: Hashable, Sendable {
  var rawValue: UInt32
  /// No message of this run.
  static let none = MessageSlot(rawValue: .max)
}
