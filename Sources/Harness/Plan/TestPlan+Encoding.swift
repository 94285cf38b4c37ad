package import CanonicalJSON
import Operations

extension TestPlan {
  /// The plan as `plan.json` holds it: integers and nanoseconds only, members in a fixed order.
  package var json: JSONValue {
    [
      "format_version": .integer(Int64(Self.formatVersion)),
      "generator_version": .integer(Int64(generatorVersion)),
      "name": .string(name),
      "seed": .hex(seed),
      "cluster": cluster.json,
      "leader": .integer(Int64(leader.rawValue)),
      "queues": .array(queues.map(\.json)),
      "workload": workload.json,
      "schedule": schedule.json,
      "load_ns": .nanoseconds(load),
      "deadlines": deadlines.json,
      "criteria": criteria.json,
    ]
  }

  /// The bytes of `plan.json`.
  package var canonicalText: String { json.text(pretty: true) }
}

extension ClusterPlan {
  var json: JSONValue {
    [
      "nodes": .integer(Int64(nodes)),
      "partition_handling": .string(partitionHandling.rawValue),
      "net_tick_ns": .nanoseconds(netTick),
      "boot_deadline_ns": .nanoseconds(bootDeadline),
    ]
  }
}

extension QueuePlan {
  var json: JSONValue {
    [
      "id": .integer(Int64(id.rawValue)),
      "name": .string(name),
      "kind": .string(kind.rawValue),
      "mirroring": mirroring.json,
      "group_size": .integer(Int64(groupSize)),
      "options": options.json,
      "required": .array(required.map { .string($0.rawValue) }),
    ]
  }
}

extension Mirroring {
  var json: JSONValue {
    [
      "replicas": .integer(Int64(replicas)),
      "sync_mode": .string(syncMode.rawValue),
      "promote_on_failure": .string(promoteOnFailure.rawValue),
    ]
  }
}

extension QueueOptions {
  var json: JSONValue {
    [
      "message_ttl_ns": .nanoseconds(messageTTL),
      "dead_letters": deadLetters.map { .integer(Int64($0.rawValue)) } ?? .null,
      "dead_letters_surely": .bool(deadLettersSurely),
      "single_active_consumer": .bool(singleActiveConsumer), "expiry_ns": .nanoseconds(expiry),
    ]
  }
}

extension WorkloadPlan {
  var json: JSONValue {
    [
      "name": .string(name),
      "parameters": .object(
        settings.entries.map { JSONMember($0.name, .integer($0.value)) }),
    ]
  }
}

extension Deadlines {
  var json: JSONValue {
    [
      "open_ns": .nanoseconds(open),
      "operation_ns": .nanoseconds(operation),
      "confirm_ns": .nanoseconds(confirm),
      "recovery_ns": .nanoseconds(recovery),
      "drain_ns": .nanoseconds(drain),
    ]
  }
}

extension Criteria {
  var json: JSONValue {
    [
      "minimum_confirmed": .integer(Int64(minimumConfirmed)),
      "unavailability_bound_ns": .nanoseconds(unavailabilityBound),
      "witness_limit": .integer(Int64(witnessLimit)),
    ]
  }
}
