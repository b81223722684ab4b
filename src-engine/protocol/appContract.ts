/**
 * Renderer <-> main services, the same over Electron ports and WebSocket, one file for each domain in
 * contracts/. Inputs are validated in main (zod): the renderer is not trusted.
 */
import type { HostCalls, HostEvents } from './contracts/host.ts';
import type { DataCalls, DataEvents } from './contracts/data.ts';
import type { ExportCalls } from './contracts/exports.ts';
import type { ProjectCalls } from './contracts/projects.ts';
import type { QueueCalls, QueueEvents } from './contracts/queue.ts';
import type { RunCalls, RunEvents } from './contracts/runs.ts';
import type { SweepCalls, SweepEvents } from './contracts/sweeps.ts';
import type { TrainingCalls, TrainingEvents } from './contracts/training.ts';
import type { TryCalls } from './contracts/trying.ts';

export type * from './contracts/host.ts';
export type * from './contracts/data.ts';
export type * from './contracts/exports.ts';
export type * from './contracts/projects.ts';
export type * from './contracts/queue.ts';
export type * from './contracts/runs.ts';
export type * from './contracts/sweeps.ts';
export type * from './contracts/training.ts';
export type * from './contracts/trying.ts';

export interface AppCalls
  extends
    HostCalls,
    ProjectCalls,
    DataCalls,
    RunCalls,
    TrainingCalls,
    QueueCalls,
    SweepCalls,
    ExportCalls,
    TryCalls {}

export interface AppEvents
  extends HostEvents, DataEvents, RunEvents, TrainingEvents, QueueEvents, SweepEvents {}
