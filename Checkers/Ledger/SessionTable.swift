import Environment
import Harness
import Operations

/// What is remembered of one session.
struct LedgerSession: Sendable {
  /// Whose it is; nil if the history does not open it.
  var owner: SessionOpening?
  var isLost = false
  /// Whether it has received anything.
  var isConsuming = false
  /// The latest instant after which the broker surely sent something to this session.
  ///
  /// A channel delivers in the order of sending, so that this running maximum over what has been
  /// received bounds from below when the latest delivery was sent.
  var sentAfter = Int64.min
  var held = HeldTags()
  /// Suspicions that wait for a sign of life of this session, in order of time.
  var waiting: [UInt32] = []
  private var waitingHead = 0
  /// By publishing session: the highest operation among its first, unflagged deliveries here.
  var lastFirst: [UInt32: UInt32] = [:]
  /// The highest publish written through this session.
  var lastWritten: UInt32?

  /// The suspicion that has waited longest.
  var firstWaiting: UInt32? {
    waitingHead < waiting.count ? waiting[waitingHead] : nil
  }

  /// Forgets the suspicion that has waited longest.
  mutating func removeFirstWaiting() {
    waitingHead += 1
    if waitingHead > 64, waitingHead > waiting.count / 2 {
      waiting.removeFirst(waitingHead)
      waitingHead = 0
    }
  }

  /// The waiting suspicions, latest first.
  var waitingLatestFirst: ReversedCollection<ArraySlice<UInt32>> {
    waiting[waitingHead...].reversed()
  }
}

/// All sessions of a history, by number.
struct SessionTable: Sendable {
  private var sessions: [LedgerSession] = []
  /// The sessions that were seen and not lost, in the order in which they appeared.
  private(set) var live: [Int] = []
  private var isKnown: [Bool] = []

  var count: Int { sessions.count }

  subscript(place: Int) -> LedgerSession {
    _read { yield sessions[place] }
    _modify { yield &sessions[place] }
  }

  /// The place of a session, which need not have been opened in the history.
  mutating func place(of session: SessionID) throws(CheckerFailure) -> Int {
    let place = Int(session.rawValue)
    guard place < HistoryIndex.maximumSession else {
      throw CheckerFailure("session number \(session) is too high")
    }
    let missing = place + 1 - sessions.count
    if missing > 0 {
      sessions.append(contentsOf: repeatElement(LedgerSession(), count: missing))
      isKnown.append(contentsOf: repeatElement(false, count: missing))
    }
    if !isKnown[place] {
      isKnown[place] = true
      live.append(place)
    }
    return place
  }

  mutating func open(_ opening: SessionOpening, at: Instant) throws(CheckerFailure) {
    let place = try place(of: opening.session)
    guard sessions[place].owner == nil else {
      throw CheckerFailure("session \(opening.session) is opened twice")
    }
    sessions[place].owner = opening
    sessions[place].sentAfter = max(sessions[place].sentAfter, at.nanoseconds)
  }

  /// Marks a session lost; its deliveries are the caller's to release first.
  mutating func lose(_ place: Int) {
    sessions[place].isLost = true
    sessions[place].held = HeldTags()
    sessions[place].waiting = []
    sessions[place].lastFirst = [:]
    live.removeAll { $0 == place }
  }

  /// A session for people: its number, its client and its node.
  func name(of place: Int) -> WitnessText {
    "\(SessionID(UInt32(place)), of: sessions[place].owner)"
  }
}
