/// A plan as the first version of the generators wrote it, with every kind of fault, every form of
/// target and every beginning of a step.
enum StoredPlan {
  /// What it was made of, with seed 1.
  static let scenario = """
    name: every-step
    summary: Every kind of fault, every form of target and every beginning.
    nodes: 5
    steps:
      - {at: 1s..2s, fault: isolate, target: leader of mirrored}
      - {after: 1s, fault: heal}
      - {after: 1s, fault: bridge, target: n1}
      - {after: 1s, fault: heal, step: 2}
      - {at: 6s, fault: ring}
      - {at: 7s, fault: heal}
      - {at: 8s, fault: one-way, target: mirror of quorum}
      - {at: 9s, fault: one-way-stream, target: oldest mirror of mirrored}
      - {at: 10s, fault: cut-clients, target: random}
      - {at: 11s, fault: slow-links, target: minority,
         conditions: {delay: 20ms, jitter: 5ms,
           bytes-per-second: 1000000, stall-every: 3s, stall-for: 200ms}}
      - {at: 12s, fault: heal}
      - {at: 13s, fault: reset-clients, target: all}
      - {at: 14s, fault: kill, target: half}
      - {at: 15s, fault: start, target: step 12}
      - {when: leader change of quorum, within: 20s, fault: kill-host, target: n2}
      - {after: 2s, fault: start, target: n2}
      - {when: unsynchronised mirrored, delay: 1s..2s, within: 20s, fault: stop,
         target: leader of plain}
      - {when: step 16 proved, delay: 500ms, within: 30s, fault: start, target: step 16}
      - {when: 25 unconfirmed in quorum, within: 20s, fault: restart, target: n3}
      - {at: 25s, fault: pause, target: n4}
      - {at: 26s, fault: resume, target: step 19}
      - {at: 27s, fault: set-mirroring,
         mirroring: {replicas: 2, sync: manual, promote: when-synced}}
      - {at: 28s, fault: synchronise}
      - {at: 29s, fault: transfer-leader, target: oldest mirror of quorum, queues: quorum}

    """

  /// Its `plan.json`.
  static let text = """
    {
      "format_version": 1,
      "generator_version": 1,
      "name": "every-step",
      "seed": "0000000000000001",
      "cluster": {
        "nodes": 5,
        "partition_handling": "ignore",
        "net_tick_ns": 5000000000,
        "boot_deadline_ns": 90000000000
      },
      "leader": 1,
      "queues": [
        {
          "id": 0,
          "name": "stoat.every-step.plain",
          "kind": "plain",
          "mirroring": {
            "replicas": 0,
            "sync_mode": "automatic",
            "promote_on_failure": "always"
          },
          "group_size": 0,
          "options": {
            "message_ttl_ns": 0,
            "dead_letters": null,
            "dead_letters_surely": false,
            "single_active_consumer": false,
            "expiry_ns": 0
          },
          "required": [
            "at-least-once",
            "integrity",
            "confirm-protocol",
            "eventual-drain"
          ]
        },
        {
          "id": 1,
          "name": "stoat.every-step.mirrored",
          "kind": "mirrored",
          "mirroring": {
            "replicas": 0,
            "sync_mode": "automatic",
            "promote_on_failure": "always"
          },
          "group_size": 0,
          "options": {
            "message_ttl_ns": 0,
            "dead_letters": null,
            "dead_letters_surely": false,
            "single_active_consumer": false,
            "expiry_ns": 0
          },
          "required": [
            "at-least-once",
            "integrity",
            "confirm-protocol",
            "eventual-drain"
          ]
        },
        {
          "id": 2,
          "name": "stoat.every-step.quorum",
          "kind": "quorum",
          "mirroring": {
            "replicas": 0,
            "sync_mode": "automatic",
            "promote_on_failure": "always"
          },
          "group_size": 0,
          "options": {
            "message_ttl_ns": 0,
            "dead_letters": null,
            "dead_letters_surely": false,
            "single_active_consumer": false,
            "expiry_ns": 0
          },
          "required": [
            "at-least-once",
            "integrity",
            "confirm-protocol",
            "eventual-drain"
          ]
        }
      ],
      "workload": {
        "name": "queue",
        "parameters": {
          "publishers-per-node": 1,
          "publish-interval-ns": 30000000,
          "window": 100,
          "payload-min-bytes": 64,
          "payload-max-bytes": 1024,
          "consumers-per-node": 1,
          "prefetch": 1,
          "getters-per-node": 0,
          "get-pause-ns": 50000000,
          "hold-ns": 80000000
        }
      },
      "schedule": {
        "name": "every-step",
        "steps": [
          {
            "at_ns": 1948000000,
            "fault": "isolate",
            "target": {
              "leader_of": "mirrored"
            }
          },
          {
            "at_ns": 2948000000,
            "fault": "heal"
          },
          {
            "at_ns": 3948000000,
            "fault": "bridge",
            "target": {
              "node": 1
            }
          },
          {
            "at_ns": 4948000000,
            "fault": "heal",
            "step": 2
          },
          {
            "at_ns": 6000000000,
            "fault": "ring",
            "target": {
              "nodes": "all"
            }
          },
          {
            "at_ns": 7000000000,
            "fault": "heal"
          },
          {
            "at_ns": 8000000000,
            "fault": "one-way",
            "target": {
              "mirror_of": "quorum"
            }
          },
          {
            "at_ns": 9000000000,
            "fault": "one-way-stream",
            "target": {
              "oldest_mirror_of": "mirrored"
            }
          },
          {
            "at_ns": 10000000000,
            "fault": "cut-clients",
            "target": {
              "nodes": "random"
            }
          },
          {
            "at_ns": 11000000000,
            "fault": "slow-links",
            "target": {
              "nodes": "minority"
            },
            "conditions": {
              "delay_ns": 20000000,
              "jitter_ns": 5000000,
              "bytes_per_second": 1000000,
              "stall_every_ns": 3000000000,
              "stall_for_ns": 200000000
            }
          },
          {
            "at_ns": 12000000000,
            "fault": "heal"
          },
          {
            "at_ns": 13000000000,
            "fault": "reset-clients",
            "target": {
              "nodes": "all"
            }
          },
          {
            "at_ns": 14000000000,
            "fault": "kill",
            "target": {
              "nodes": "half"
            }
          },
          {
            "at_ns": 15000000000,
            "fault": "start",
            "target": {
              "same_as_step": 12
            }
          },
          {
            "on": {
              "leader_change": "quorum"
            },
            "delay_ns": 0,
            "bound_ns": 20000000000,
            "fault": "kill-host",
            "target": {
              "node": 2
            }
          },
          {
            "on": {
              "leader_change": "quorum"
            },
            "delay_ns": 2000000000,
            "bound_ns": 20000000000,
            "fault": "start",
            "target": {
              "node": 2
            }
          },
          {
            "on": {
              "unsynchronised": "mirrored"
            },
            "delay_ns": 1765000000,
            "bound_ns": 20000000000,
            "fault": "stop",
            "target": {
              "leader_of": "plain"
            }
          },
          {
            "on": {
              "proved": 16
            },
            "delay_ns": 500000000,
            "bound_ns": 30000000000,
            "fault": "start",
            "target": {
              "same_as_step": 16
            }
          },
          {
            "on": {
              "unconfirmed": "quorum",
              "count": 25
            },
            "delay_ns": 0,
            "bound_ns": 20000000000,
            "fault": "restart",
            "target": {
              "node": 3
            }
          },
          {
            "at_ns": 25000000000,
            "fault": "pause",
            "target": {
              "node": 4
            }
          },
          {
            "at_ns": 26000000000,
            "fault": "resume",
            "target": {
              "same_as_step": 19
            }
          },
          {
            "at_ns": 27000000000,
            "fault": "set-mirroring",
            "mirroring": {
              "replicas": 2,
              "sync_mode": "manual",
              "promote_on_failure": "when-synced"
            }
          },
          {
            "at_ns": 28000000000,
            "fault": "synchronise"
          },
          {
            "at_ns": 29000000000,
            "fault": "transfer-leader",
            "target": {
              "oldest_mirror_of": "quorum"
            },
            "queues": "quorum"
          }
        ]
      },
      "load_ns": 42500000000,
      "deadlines": {
        "open_ns": 60000000000,
        "operation_ns": 15000000000,
        "confirm_ns": 20000000000,
        "recovery_ns": 180000000000,
        "drain_ns": 120000000000
      },
      "criteria": {
        "minimum_confirmed": 100,
        "unavailability_bound_ns": 60000000000,
        "witness_limit": 20
      }
    }

    """
}
