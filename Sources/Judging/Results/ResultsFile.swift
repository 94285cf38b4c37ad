package import CanonicalJSON
import Environment
import Harness
import Operations

/// `results.json`: a `CompareResult` as canonical JSON.
///
/// Whole numbers and strings only; members in this order, lengths of time and instants in
/// nanoseconds (`_ns`), instants since the run's origin, absent values `null`:
///
///     format "stoat-results", version 1, verdict, control (a run or null), run
///     a run: name, seed (16 hex digits), system {name, version}, directory, plan_digest,
///       started_at_unix_ns, duration_ns, verdict, reproduce,
///       cluster {nodes, partition_handling, net_tick_ns, boot_deadline_ns},
///       schedule {name, steps [{id, at_ns (since the load began), name, target,
///         ends (the id of an earlier step, or null; may be missing)}]},
///       environment [{name, value}], queues, phases [{phase, from_ns, to_ns}],
///       faults [{at_ns, fault, name, stage, nodes ["n1"], detail}],
///       broker_events [{at_ns, kind, node, queue, detail}], omitted_broker_events,
///       warnings [{kind, text}]
///     a queue: id, name, kind, verdict, required [guarantee],
///       findings [{guarantee, judgement, reason, violations, witnesses}],
///       measures [{name, and one of count, duration_ns, absent (the reason)}]
///     a witness: message ("client.sequence", "foreign" or null), operations [id], from_ns, to_ns,
///       text
///
/// The verdicts follow from the rest; a reader that finds them different refuses the file.
package enum ResultsFile {
  /// The file's name in a run directory.
  package static let name = "results.json"
  /// What the member `format` says.
  package static let format = "stoat-results"
  /// The version of the layout; readers refuse any other.
  package static let version = 1

  /// The text of `results.json` for a result.
  package static func text(_ result: CompareResult) -> String {
    value(result).text(pretty: true)
  }

  /// The JSON document for a result.
  package static func value(_ result: CompareResult) -> JSONValue {
    [
      "format": .string(format),
      "version": .integer(Int64(version)),
      "verdict": .string(result.verdict.rawValue),
      "control": result.control.map(\.json) ?? .null,
      "run": result.run.json,
    ]
  }
}

extension RunResult {
  fileprivate var json: JSONValue {
    [
      "name": .string(identity.name),
      "seed": .hex(identity.seed),
      "system": [
        "name": .string(identity.systemName), "version": .string(identity.systemVersion),
      ],
      "directory": .string(identity.directory),
      "plan_digest": .string(identity.planDigest),
      "started_at_unix_ns": .integer(identity.startedAtUnixNanoseconds),
      "duration_ns": .nanoseconds(identity.duration),
      "verdict": .string(verdict.rawValue),
      "reproduce": .string(reproduce),
      "cluster": [
        "nodes": .integer(Int64(cluster.nodes)),
        "partition_handling": .string(cluster.partitionHandling.rawValue),
        "net_tick_ns": .nanoseconds(cluster.netTick),
        "boot_deadline_ns": .nanoseconds(cluster.bootDeadline),
      ],
      "schedule": [
        "name": .string(schedule.name), "steps": .array(schedule.steps.map(\.json)),
      ],
      "environment": .array(
        environment.map { ["name": .string($0.name), "value": .string($0.value)] }),
      "queues": .array(queues.map(\.json)),
      "phases": .array(timeline.phases.map(\.json)),
      "faults": .array(timeline.faults.map(\.json)),
      "broker_events": .array(timeline.brokerEvents.map(\.json)),
      "omitted_broker_events": .integer(Int64(timeline.omittedBrokerEvents)),
      "warnings": .array(
        warnings.map { ["kind": .string($0.kind.rawValue), "text": .string($0.text)] }),
    ]
  }
}

extension PlannedStep {
  fileprivate var json: JSONValue {
    var members = [
      JSONMember("id", .integer(Int64(id.rawValue))), JSONMember("at_ns", .nanoseconds(at)),
      JSONMember("name", .string(name)), JSONMember("target", .string(target)),
      JSONMember("ends", ends.map { .integer(Int64($0.rawValue)) } ?? .null),
    ]
    if !occasion.isEmpty { members.append(JSONMember("occasion", .string(occasion))) }
    return .object(members)
  }
}

extension QueueResult {
  fileprivate var json: JSONValue {
    [
      "id": .integer(Int64(description.id.rawValue)),
      "name": .string(description.name),
      "kind": .string(kind.rawValue),
      "verdict": .string(verdict.rawValue),
      "required": .array(required.map { .string($0.rawValue) }),
      "findings": .array(findings.map(\.json)),
      "measures": .array(measures.map(\.json)),
    ]
  }
}

extension Finding {
  fileprivate var json: JSONValue {
    [
      "guarantee": .string(guarantee.rawValue),
      "judgement": .string(judgement.name),
      "reason": .string(judgement.reason),
      "violations": .integer(Int64(violations)),
      "witnesses": .array(witnesses.map(\.json)),
    ]
  }
}

extension Witness {
  fileprivate var json: JSONValue {
    [
      "message": message.map { .string($0.description) } ?? .null,
      "operations": .array(operations.map { .integer(Int64($0.rawValue)) }),
      "from_ns": .integer(from.nanoseconds),
      "to_ns": .integer(to.nanoseconds),
      "text": .string(text),
    ]
  }
}

extension Measure {
  fileprivate var json: JSONValue {
    let name = JSONValue.string(key.description)
    return switch value {
    case .count(let count): ["name": name, "count": .integer(Int64(count))]
    case .duration(let duration): ["name": name, "duration_ns": .nanoseconds(duration)]
    case .absent(let reason): ["name": name, "absent": .string(reason)]
    }
  }
}

extension PhaseRecord {
  fileprivate var json: JSONValue {
    [
      "phase": .string(phase.name),
      "from_ns": .integer(from.nanoseconds),
      "to_ns": to.map { .integer($0.nanoseconds) } ?? .null,
    ]
  }
}

extension FaultRecord {
  fileprivate var json: JSONValue {
    [
      "at_ns": .integer(at.nanoseconds),
      "fault": .integer(Int64(event.fault.rawValue)),
      "name": .string(event.name),
      "stage": .string(event.stage.name),
      "nodes": .array(event.nodes.map { .string($0.description) }),
      "detail": .string(event.detail),
    ]
  }
}

extension BrokerRecord {
  fileprivate var json: JSONValue {
    [
      "at_ns": .integer(at.nanoseconds),
      "kind": .string(event.kind.name),
      "node": event.node.map { .string($0.description) } ?? .null,
      "queue": event.queue.map { .integer(Int64($0.rawValue)) } ?? .null,
      "detail": .string(event.detail),
    ]
  }
}
