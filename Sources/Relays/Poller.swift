import Glibc

/// What happened to a descriptor since the last report.
struct Readiness: OptionSet {
  let rawValue: UInt32
  static let readable = Readiness(rawValue: 0x1)
  static let writable = Readiness(rawValue: 0x4)
  static let failed = Readiness(rawValue: 0x8)
  static let hungUp = Readiness(rawValue: 0x10)
  static let halfClosed = Readiness(rawValue: 0x2000)
  fileprivate static let edgeTriggered = Readiness(rawValue: 1 << 31)
}

/// epoll, edge-triggered: a descriptor is reported once when it becomes ready, so that a stalled
/// connection whose peer died costs nothing while it waits.
struct Poller: ~Copyable {
  private static let capacity = 256
  #if arch(x86_64)
    private static let eventSize = 12
    private static let tokenOffset = 4
  #else
    private static let eventSize = 16
    private static let tokenOffset = 8
  #endif
  private static let addOperation: Int32 = 1
  private static let closeOnExec: Int32 = 0o2000000

  private let descriptor: Int32
  private let events: UnsafeMutableRawPointer

  init() throws(RelayError) {
    descriptor = linuxEpollCreate(Self.closeOnExec)
    guard descriptor >= 0 else {
      throw RelayError(.system, "cannot create an epoll descriptor: \(systemMessage())")
    }
    events = .allocate(byteCount: Self.capacity * Self.eventSize, alignment: 8)
  }

  deinit {
    events.deallocate()
    close(descriptor)
  }

  /// Reports `watched` under `token` from now on, at once if it is ready. Closing it ends that.
  func add(_ watched: Int32, token: UInt64) throws(RelayError) {
    let interest: Readiness = [.readable, .writable, .halfClosed, .edgeTriggered]
    let result = withUnsafeTemporaryAllocation(byteCount: Self.eventSize, alignment: 8) { event in
      event.storeBytes(of: interest.rawValue, as: UInt32.self)
      event.storeBytes(of: token, toByteOffset: Self.tokenOffset, as: UInt64.self)
      return linuxEpollControl(descriptor, Self.addOperation, watched, event.baseAddress)
    }
    guard result == 0 else {
      throw RelayError(.system, "cannot watch a descriptor: \(systemMessage())")
    }
  }

  /// Waits at most `milliseconds` and returns how many events there are.
  func wait(milliseconds: Int32) -> Int {
    let count = linuxEpollWait(descriptor, events, Int32(Self.capacity), milliseconds)
    return max(0, Int(count))
  }

  /// One event of the last wait.
  func event(_ index: Int) -> (token: UInt64, readiness: Readiness) {
    let event = events + index * Self.eventSize
    let readiness = event.loadUnaligned(as: UInt32.self)
    let token = event.loadUnaligned(fromByteOffset: Self.tokenOffset, as: UInt64.self)
    return (token, Readiness(rawValue: readiness))
  }
}
