/// What is known about one end of a connection.
struct Peer {
  let descriptor: Int32
  /// Reading may bring something; false after the kernel said that it has nothing.
  var isReadable = false
  /// Writing may be possible; false until connected and after the kernel said that it is full.
  var isWritable = false
  /// The peer sent a reset, or could not be reached.
  var hasFailed = false

  mutating func note(_ readiness: Readiness) {
    if readiness.contains(.failed) { hasFailed = true }
    if !readiness.isDisjoint(with: [.readable, .failed, .hungUp, .halfClosed]) {
      isReadable = true
    }
    if readiness.contains(.writable) && !hasFailed { isWritable = true }
  }
}
