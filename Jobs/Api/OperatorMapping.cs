using Google.Protobuf.WellKnownTypes;
using ReelBallers.Jobs.V1;

namespace ReelBallers.Jobs;

/// <summary>Maps receipts, dead intents and ended jobs to gRPC messages.</summary>
internal static class OperatorMapping
{
    public static GetReceiptResponse ToResponse(this Receipt receipt)
    {
        var response = new GetReceiptResponse
        {
            JobId = receipt.Job.JobId.ToString(),
            UserId = receipt.Job.UserId.ToString(),
            Status = receipt.Job.Status.ToProto(),
            QuotedCents = receipt.Job.CostCents,
            HoldTransferId = receipt.Held.TransferId ?? "",
            Settled = receipt.Settled is not null,
            SettledCents = receipt.Settled?.Cents ?? 0,
            SettlementTransferId = receipt.Settled?.TransferId ?? "",
            RefundedCents = receipt.Refunded?.Cents ?? 0,
            RefundTransferId = receipt.Refunded?.TransferId ?? "",
            ProviderMicrodollars = receipt.ProviderMicrodollars,
            OrphanMicrodollars = receipt.OrphanMicrodollars,
        };
        response.Runs.AddRange(receipt.Runs.Select(ToMessage));
        return response;
    }

    public static ListedJob ToListed(this Receipt receipt) => new()
    {
        Receipt = receipt.ToResponse(),
        Type = receipt.Job.Type.ToWire(),
        ProjectId = receipt.Job.ProjectId,
        Error = receipt.Job.Status.IsFinal() ? receipt.Job.Error ?? "" : "",
        RetryOf = receipt.Job.RetryOf?.ToString() ?? "",
        CreatedAt = receipt.Job.CreatedAt.ToTimestamp(),
        UpdatedAt = receipt.Job.UpdatedAt.ToTimestamp(),
    };

    public static V1.DeadIntent ToMessage(this DeadIntent dead) => new()
    {
        JobId = dead.Job.JobId.ToString(),
        UserId = dead.Job.UserId.ToString(),
        Kind = dead.Intent.Kind.ToText(),
        Status = dead.Job.Status.ToProto(),
        Outcome = dead.Job.Outcome?.ToProto() ?? V1.JobStatus.Unspecified,
        Error = dead.Intent.LastError ?? "",
        Attempts = dead.Intent.Attempts,
        DeadSince = dead.Intent.DeadSince!.Value.ToTimestamp(),
    };

    public static V1.Endpoint ToMessage(this EndpointState state)
    {
        var message = new V1.Endpoint
        {
            EndpointId = state.EndpointId,
            Paused = state.IsPaused,
            PausedAt = state.IsPaused ? state.Pause!.PausedAt.ToTimestamp() : null,
            PausedUntil = state.IsPaused && state.Pause!.PausedUntil < EndpointPauses.Never ? state.Pause.PausedUntil.ToTimestamp() : null,
            PauseReason = state.Pause?.Reason ?? "",
            OpenRuns = state.OpenRuns,
            Suspended = state.IsSuspended,
        };
        if (state.Health is { } health)
        {
            message.QueuedJobs = health.InQueue;
        }
        if (state.Health?.Workers is { } workers)
        {
            message.Workers = workers.Able;
        }
        return message;
    }

    public static V1.EndedJob ToMessage(this EndedJob ended) => new()
    {
        Sequence = ended.Sequence,
        JobId = ended.JobId.ToString(),
        UserId = ended.UserId.ToString(),
        Type = ended.Type.ToWire(),
        Status = ended.Status.ToProto(),
        CostCents = ended.CostCents,
        RefundedCents = ended.RefundedCents,
        Error = ended.Error ?? "",
        EndedAt = ended.EndedAt.ToTimestamp(),
    };

    private static RunReceipt ToMessage(Run run) => new()
    {
        Number = run.Number,
        State = run.State.ToText(),
        EndpointId = run.EndpointId,
        RunpodId = run.RunPodId ?? "",
        WorkerId = run.WorkerId ?? "",
        SubmittedAt = run.SubmittedAt.ToTimestamp(),
        StartedAt = run.StartedAt?.ToTimestamp(),
        EndedAt = run.EndedAt?.ToTimestamp(),
        ExecutionMs = run.ExecutionTimeMs ?? 0,
        ProviderMicrodollars = run.CostMicrodollars ?? 0,
    };
}
