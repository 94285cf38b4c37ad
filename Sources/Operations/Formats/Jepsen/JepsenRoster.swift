/// Gives the processes of a Jepsen history sessions and clients.
///
/// Each process is a session. A client is what Jepsen calls a thread: when an `:info` has retired
/// a process, the next new process is the same client again.
struct JepsenRoster: Sendable {
  struct Member: Hashable, Sendable {
    var session: SessionID
    var client: ClientID
    /// Whether the operation is the first of its process.
    var isNew = false
    /// Whether the process does nothing more after the operation.
    var isRetiring = false
  }

  /// Who does the operations of the history, by place; the nemesis is nobody.
  private(set) var members: [Member] = []
  /// Whether each client enqueues anything.
  private(set) var publishes: [Bool] = []
  /// The process of each session.
  private(set) var processes: [Int64] = []
  /// By small process number.
  private var dense: [Member] = []
  /// Of processes whose numbers are negative or large.
  private var others: [Int64: Member] = [:]
  private var draining: Set<Int64> = []
  private var free: [ClientID] = []
  private var sessions: UInt32 = 0

  private static let nobody = Member(session: SessionID(.max), client: ClientID(.max))

  init(_ history: JepsenHistory) {
    members.reserveCapacity(history.operations.count)
    for place in history.operations.indices {
      guard case .client(let process) = history.operations[place].process else {
        members.append(Self.nobody)
        continue
      }
      var member = self.member(process) ?? join(process)
      let (type, function) = (history.operations[place].type, history.operations[place].function)
      if function == .enqueue { publishes[Int(member.client.rawValue)] = true }
      if type == .info, retires(process, function) {
        member.isRetiring = true
        free.append(member.client)
      }
      if function == .drain {
        if type == .invoke { draining.insert(process) } else { draining.remove(process) }
      }
      members.append(member)
    }
  }

  private mutating func join(_ process: Int64) -> Member {
    let client = free.popLast() ?? ClientID(UInt32(publishes.count))
    if client.rawValue == publishes.count { publishes.append(false) }
    var member = Member(session: SessionID(sessions), client: client)
    sessions += 1
    processes.append(process)
    if process >= 0, process < JepsenPairing.dense {
      while dense.count <= process { dense.append(Self.nobody) }
      dense[Int(process)] = member
    } else {
      others[process] = member
    }
    member.isNew = true
    return member
  }

  private func member(_ process: Int64) -> Member? {
    guard process >= 0, process < JepsenPairing.dense else { return others[process] }
    guard process < dense.count, dense[Int(process)] != Self.nobody else { return nil }
    return dense[Int(process)]
  }

  /// A dequeue inside a drain ends nothing but itself.
  private func retires(_ process: Int64, _ function: JepsenFunction) -> Bool {
    function != .dequeue || !draining.contains(process)
  }
}
