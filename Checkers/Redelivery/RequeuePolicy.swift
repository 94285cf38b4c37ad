/// Where a broker says that it puts a message that was given back.
package enum RequeuePolicy: String, Hashable, Sendable, CaseIterable {
  /// Where it was before.
  case original
  /// Before everything that was not given back.
  case front
  /// Behind everything.
  case back
}
