using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ReelBallers.Jobs.V1;
using ReelBallers.Payments.V1;
using ReelBallers.ServiceDefaults;
using ReelBallers.Storage.V1;

namespace ReelBallers.Accounts.Tests;

// Payments, jobs and files of users.
internal sealed partial class PaymentsStandIn
{
    public override Task<Payment> FindPayment(FindPaymentRequest request, ServerCallContext context) =>
        state.OwnersOfPayments.TryGetValue(request.Id, out var owner)
            ? Task.FromResult(new Payment
            {
                UserId = owner,
                PaidCents = state.PaidCents.GetValueOrDefault(request.Id),
                CreditedAt = DateTime.UnixEpoch.ToTimestamp(),
            })
            : throw RpcErrors.Reject(StatusCode.NotFound, PaymentsErrorCodes.PaymentNotFound, "There is no such payment.");

    public override Task<ListPaymentsResponse> ListPayments(ListPaymentsRequest request, ServerCallContext context)
    {
        StandInPages.Check(request.Cursor);
        var payment = new Payment
        {
            UserId = request.UserId,
            SessionId = "cs_1",
            Status = Payments.V1.CheckoutStatus.Open,
            AmountCents = 500,
            CreatedAt = DateTime.UnixEpoch.ToTimestamp(),
        };
        return Task.FromResult(new ListPaymentsResponse { Payments = { payment }, NextCursor = $"next {request.Limit}" });
    }
}

internal sealed partial class JobsStandIn
{
    public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        StandInPages.Check(request.Cursor);
        var run = new RunReceipt
        {
            Number = 1,
            State = "lost",
            EndpointId = "local",
            SubmittedAt = DateTime.UnixEpoch.ToTimestamp(),
            ProviderMicrodollars = 7,
        };
        var job = new ListedJob
        {
            Receipt = new GetReceiptResponse
            {
                JobId = DeadJob,
                UserId = request.UserId,
                Status = JobStatus.TimedOut,
                QuotedCents = 5,
                Settled = request.Cursor.Length > 0,
                RefundedCents = 5,
                ProviderMicrodollars = 7,
                Runs = { run },
            },
            Type = "framing",
            CreatedAt = DateTime.UnixEpoch.ToTimestamp(),
            UpdatedAt = DateTime.UnixEpoch.ToTimestamp(),
        };
        return Task.FromResult(new ListJobsResponse { Jobs = { job }, NextCursor = $"next {request.Limit}" });
    }

    public override Task<ListEndpointsResponse> ListEndpoints(ListEndpointsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListEndpointsResponse
        {
            Endpoints = { new Endpoint { EndpointId = "local", Paused = true, PausedAt = DateTime.UnixEpoch.ToTimestamp(), Workers = 0 } },
        });

    public override Task<PauseEndpointResponse> PauseEndpoint(PauseEndpointRequest request, ServerCallContext context)
    {
        state.JobActs.Enqueue($"pause {request.EndpointId} {request.Minutes} {request.Reason}");
        return Task.FromResult(new PauseEndpointResponse { PausedUntil = DateTime.UnixEpoch.ToTimestamp() });
    }

    public override Task<ResumeEndpointResponse> ResumeEndpoint(ResumeEndpointRequest request, ServerCallContext context)
    {
        state.JobActs.Enqueue($"resume {request.EndpointId}");
        return Task.FromResult(new ResumeEndpointResponse { WasPaused = true });
    }

    public override Task<CancelJobResponse> CancelJob(CancelJobRequest request, ServerCallContext context)
    {
        if (request.JobId == StandIns.EndedJob)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, JobsErrorCodes.JobNotCancellable, "The job has ended.");
        }
        state.JobActs.Enqueue($"cancel {request.JobId}");
        return Task.FromResult(new CancelJobResponse { Status = JobStatus.Cancelled });
    }

    public override Task<RetryJobResponse> RetryJob(RetryJobRequest request, ServerCallContext context)
    {
        if (request.JobId == StandIns.EndedJob)
        {
            throw RpcErrors.Reject(StatusCode.FailedPrecondition, JobsErrorCodes.InsufficientFunds, "The wallet has 0 credits.");
        }
        state.JobActs.Enqueue($"retry {request.JobId} {request.OperationId} {request.ExpectedCents}");
        return Task.FromResult(new RetryJobResponse
        {
            JobId = DeadJob,
            UserId = state.OwnersOfJobs[request.JobId],
            CostCents = 5,
            BalanceCents = 95,
        });
    }
}

internal sealed class StorageStandIn : StorageService.StorageServiceBase
{
    public override Task<ListFilesResponse> ListFiles(ListFilesRequest request, ServerCallContext context)
    {
        StandInPages.Check(request.Cursor);
        var upload = new Storage.V1.File
        {
            Key = "u",
            Status = FileStatus.Open,
            Filename = "a.mp4",
            SizeBytes = 9,
            CreatedAt = DateTime.UnixEpoch.ToTimestamp(),
            ExpiresAt = DateTime.UnixEpoch.ToTimestamp(),
        };
        var output = new Storage.V1.File(upload) { Key = "o", Status = FileStatus.Removed, Filename = "", JobId = JobsStandIn.DeadJob };
        return Task.FromResult(new ListFilesResponse { Files = { upload, output }, NextCursor = $"next {request.Limit}" });
    }
}

internal static class StandInPages
{
    public static void Check(string cursor)
    {
        if (cursor == "bad")
        {
            throw RpcErrors.Reject(StatusCode.InvalidArgument, PaymentsErrorCodes.InvalidArgument, "cursor");
        }
    }
}
