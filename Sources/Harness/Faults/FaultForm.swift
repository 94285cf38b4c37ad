package import Operations

/// How one kind of fault is written, whom it may be aimed at, and what it means for a schedule; the
/// rows of the table `FaultKind.form`.
package struct FaultForm: Sendable {
  /// Whom it can be aimed at.
  package var aim: FaultAim
  /// What it takes besides a target.
  package var parameter: FaultParameter.Kind?
  /// The fewest nodes with which it can be carried out, whatever its target.
  package var fewestNodes: Int
  /// The kinds of queue that it needs, besides those that a step names.
  package var queues: [QueueKind]
  /// What ends it; nil for what is over at once.
  package var endedBy: FaultKind?
  /// Whether it is there to end another fault, rather than to do harm.
  package var isRestoring: Bool
  /// What a run with it has tried.
  package var tries: [Trouble]
  private var make: @Sendable (FaultTarget?, FaultParameter?) -> Fault?

  /// The fault with this target and parameter; nil if one is missing or of the wrong kind.
  package func fault(_ target: FaultTarget?, _ parameter: FaultParameter?) -> Fault? {
    make(target, parameter)
  }
}

/// Whom a kind of fault can be aimed at.
package enum FaultAim: Hashable, Sendable {
  /// It concerns the whole cluster and takes no target.
  case nobody
  /// Any set of nodes.
  case anyone
  /// Not all nodes: it happens between the target and the others.
  case part
  /// Exactly one node.
  case one
}

/// What users fear; a report says what of it a run has not tried.
package enum Trouble: String, Hashable, Sendable, CaseIterable {
  /// Nodes do not see each other.
  case partitions
  /// A process dies.
  case kills = "kills of a node"
  /// A node comes back.
  case restarts
  /// A link passes in one direction only.
  case oneWayCuts = "one-way cuts"
  /// Links are bad.
  case slowLinks = "slow links"
  /// A process stands still.
  case pauses = "paused processes"
  /// Clients lose their connection.
  case lostClients = "lost client connections"
  /// Somebody administers the queues.
  case changes = "changes of policy or leader"
}

/// What a fault takes besides a target.
package enum FaultParameter: Hashable, Sendable {
  /// How bad links become.
  case conditions(LinkConditions)
  /// The new policy.
  case mirroring(Mirroring)
  /// The kind of queue whose leaders move.
  case queues(QueueKind)
  /// The step whose links are healed; without it, all links are.
  case step(FaultID)

  /// The kinds by the name of their member, in plans and in scenarios.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// How bad links become.
    case conditions
    /// The new policy.
    case mirroring
    /// The kind of queue whose leaders move.
    case queues
    /// The step whose links are healed.
    case step

    /// Whether it has to be there.
    package var isRequired: Bool { self != .step }
  }

  /// What kind of parameter it is.
  package var kind: Kind {
    switch self {
    case .conditions: .conditions
    case .mirroring: .mirroring
    case .queues: .queues
    case .step: .step
    }
  }
}

/// A kind of parameter together with the type of its value.
struct ParameterSlot<Value>: Sendable {
  let kind: FaultParameter.Kind
  let value: @Sendable (FaultParameter) -> Value?
}

extension ParameterSlot<LinkConditions> {
  static var conditions: Self {
    Self(kind: .conditions) { if case .conditions(let conditions) = $0 { conditions } else { nil } }
  }
}

extension ParameterSlot<Mirroring> {
  static var mirroring: Self {
    Self(kind: .mirroring) { if case .mirroring(let mirroring) = $0 { mirroring } else { nil } }
  }
}

extension ParameterSlot<QueueKind> {
  static var queues: Self {
    Self(kind: .queues) { if case .queues(let kind) = $0 { kind } else { nil } }
  }
}

// MARK: - The shapes of rows

extension FaultForm {
  /// A fault of the whole cluster that takes nothing.
  static func whole(
    _ fault: Fault, nodes: Int = 1, queues: [QueueKind] = [], endedBy: FaultKind? = nil,
    tries: Trouble...
  ) -> FaultForm {
    FaultForm(
      aim: .nobody, fewestNodes: nodes, queues: queues, endedBy: endedBy, isRestoring: false,
      tries: tries, make: { _, parameter in parameter == nil ? fault : nil })
  }

  /// A fault of the whole cluster with a parameter.
  static func whole<Value>(
    with slot: ParameterSlot<Value>, queues: [QueueKind] = [], tries: Trouble...,
    make: @escaping @Sendable (Value) -> Fault
  ) -> FaultForm {
    FaultForm(
      aim: .nobody, parameter: slot.kind, fewestNodes: 1, queues: queues, isRestoring: false,
      tries: tries, make: { _, parameter in parameter.flatMap(slot.value).map(make) })
  }

  /// What undoes one step, or all.
  static func healing(_ make: @escaping @Sendable (FaultID?) -> Fault) -> FaultForm {
    FaultForm(
      aim: .nobody, parameter: .step, fewestNodes: 1, queues: [], isRestoring: true, tries: []
    ) { _, parameter in
      switch parameter {
      case nil: make(nil)
      case .step(let step): make(step)
      case .conditions, .mirroring, .queues: nil
      }
    }
  }

  /// A fault that is aimed at nodes.
  static func aimed(
    _ aim: FaultAim = .anyone, nodes: Int = 1, endedBy: FaultKind? = nil,
    isRestoring: Bool = false, tries: Trouble..., make: @escaping @Sendable (FaultTarget) -> Fault
  ) -> FaultForm {
    FaultForm(
      aim: aim, fewestNodes: nodes, queues: [], endedBy: endedBy, isRestoring: isRestoring,
      tries: tries, make: { target, parameter in parameter == nil ? target.map(make) : nil })
  }

  /// A fault that is aimed at nodes and takes a parameter.
  static func aimed<Value>(
    _ aim: FaultAim, with slot: ParameterSlot<Value>, nodes: Int = 1, endedBy: FaultKind? = nil,
    tries: Trouble..., make: @escaping @Sendable (FaultTarget, Value) -> Fault
  ) -> FaultForm {
    FaultForm(
      aim: aim, parameter: slot.kind, fewestNodes: nodes, queues: [], endedBy: endedBy,
      isRestoring: false, tries: tries
    ) { target, parameter in
      guard let target, let value = parameter.flatMap(slot.value) else { return nil }
      return make(target, value)
    }
  }
}
