import CLinux
import Glibc

/// What happened to a descriptor since the last report.
struct Readiness: OptionSet {
  let rawValue: UInt32
  static let readable = Readiness(EPOLLIN)
  static let writable = Readiness(EPOLLOUT)
  static let failed = Readiness(EPOLLERR)
  static let hungUp = Readiness(EPOLLHUP)
  static let halfClosed = Readiness(EPOLLRDHUP)
  fileprivate static let edgeTriggered = Readiness(EPOLLET)

  init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  private init(_ event: EPOLL_EVENTS) {
    rawValue = UInt32(event.rawValue)
  }
}

/// epoll, edge-triggered: a descriptor is reported once when it becomes ready, so that a stalled
/// connection whose peer died costs nothing while it waits.
struct Poller: ~Copyable {
  private static let capacity = 256

  private let descriptor: Int32
  private let events: UnsafeMutablePointer<epoll_event>

  init() throws(RelayError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else {
      throw RelayError(.system, "cannot create an epoll descriptor: \(systemMessage())")
    }
    events = .allocate(capacity: Self.capacity)
  }

  deinit {
    events.deallocate()
    close(descriptor)
  }

  /// Reports `watched` under `token` from now on, at once if it is ready. Closing it ends that.
  func add(_ watched: Int32, token: UInt64) throws(RelayError) {
    let interest: Readiness = [.readable, .writable, .halfClosed, .edgeTriggered]
    var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
    guard epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else {
      throw RelayError(.system, "cannot watch a descriptor: \(systemMessage())")
    }
  }

  /// Waits at most `milliseconds` and returns how many events there are.
  func wait(milliseconds: Int32) -> Int {
    max(0, Int(epoll_wait(descriptor, events, Int32(Self.capacity), milliseconds)))
  }

  /// One event of the last wait.
  func event(_ index: Int) -> (token: UInt64, readiness: Readiness) {
    (events[index].data.u64, Readiness(rawValue: events[index].events))
  }
}
