using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ReelBallers.Storage.V1;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>Storage learns who has paid.</summary>
[Collection(StackCollection.Name)]
public sealed class PaidUserTests(Stack stack)
{
    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task Storage_is_told_of_a_payment_and_an_outage_only_delays_it()
    {
        await stack.PaidAsync(_user);
        var storage = new RecordingStorage { IsOut = true };
        using var worker = new PaidUsers(
            stack.Payments.Services.GetRequiredService<IServiceScopeFactory>(), storage, TimeProvider.System,
            NullLogger<PaidUsers>.Instance);
        // The service's own worker reaches no Storage meanwhile, so that it takes no event.
        stack.StorageGate.Close();
        try
        {
            // It may have been about to note its last ones.
            await Eventually.IsTrueAsync(() => MeetsOutageAsync(worker), "an outage that is met");
            Assert.Empty(storage.Paid);

            storage.IsOut = false;
            while (await worker.TellAsync(CancellationToken.None) > 0)
            {
            }

            Assert.Contains(_user.ToString(), storage.Paid);
            var known = storage.Paid.Count;
            Assert.Equal(0, await worker.TellAsync(CancellationToken.None));
            Assert.Equal(known, storage.Paid.Count);
        }
        finally
        {
            stack.StorageGate.Reopen();
        }
    }

    // Whether telling of all events ends with an outage.
    private async Task<bool> MeetsOutageAsync(PaidUsers worker)
    {
        await stack.Database.ExecuteAsync("delete from event_cursors");
        try
        {
            await worker.TellAsync(CancellationToken.None);
            return false;
        }
        catch (RpcException)
        {
            return true;
        }
    }

    private sealed class RecordingStorage : StorageService.StorageServiceClient
    {
        public bool IsOut { get; set; }

        public ConcurrentQueue<string> Paid { get; } = new();

        public override AsyncUnaryCall<MarkPaidResponse> MarkPaidAsync(
            MarkPaidRequest request, Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default)
        {
            if (!IsOut)
            {
                Paid.Enqueue(request.UserId);
            }

            var answer = IsOut
                ? Task.FromException<MarkPaidResponse>(new RpcException(new Status(StatusCode.Unavailable, "out")))
                : Task.FromResult(new MarkPaidResponse());
            return new AsyncUnaryCall<MarkPaidResponse>(
                answer, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }
    }
}
