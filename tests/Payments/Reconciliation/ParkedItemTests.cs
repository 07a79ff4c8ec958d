using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.ServiceDefaults;
using ReelBallers.TestKit;

namespace ReelBallers.Payments.Tests;

/// <summary>What is set aside again and again: its pauses, its alerts and its place in the list.</summary>
[Collection(StackCollection.Name)]
public sealed class ParkedItemTests(Stack stack) : IAsyncLifetime
{
    private readonly string _id = $"item_{Guid.NewGuid():N}";
    private readonly ManualClock _clock = new(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await stack.Database.ExecuteAsync($"delete from parked_items where id like '{_id}%'");

    [Fact]
    public async Task Its_pause_doubles_with_each_attempt_up_to_a_day()
    {
        var pauses = new List<double>();
        for (var attempt = 1; attempt <= 12; attempt++)
        {
            await ParkAsync("failed");
            pauses.Add(((await FindAsync()).NextAttemptAt!.Value - _clock.GetUtcNow()).TotalMinutes);
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440, 1_440, 1_440], pauses);
        Assert.Equal(12, (await FindAsync()).Attempts);
        await ParkAsync("failed", isRetried: false);
        Assert.Null((await FindAsync()).NextAttemptAt);
    }

    [Fact]
    public async Task It_is_reported_and_dated_once_for_each_reason_and_comes_back_when_that_changes()
    {
        using var metrics = new RecordedMetrics(stack.Payments.Services);
        var first = _clock.GetUtcNow();
        await ParkAsync("failed");
        await stack.Operator.DismissParkedItemAsync(new() { Kind = V1.ParkedItemKind.Payment, Id = _id });
        _clock.Advance(TimeSpan.FromHours(1));
        await ParkAsync("failed");
        var same = await FindAsync();
        Assert.Equal((first, true), (same.ParkedAt, same.DismissedAt is not null));
        Assert.Single(metrics.Of("payments.parked", ("kind", "payment"), ("reason", "failed")));

        await ParkAsync("failed", "in another way");
        var detailed = await FindAsync();
        Assert.Equal((first, null), (detailed.ParkedAt, detailed.DismissedAt));
        Assert.Equal(2, metrics.Of("payments.parked", ("kind", "payment"), ("reason", "failed")).Count);

        await ParkAsync("gave_up", "in another way");
        Assert.Equal(_clock.GetUtcNow(), (await FindAsync()).ParkedAt);
        Assert.Single(metrics.Of("payments.parked", ("kind", "payment"), ("reason", "gave_up")));
    }

    [Fact]
    public async Task The_most_overdue_of_a_kind_are_due_and_no_more_than_are_asked_for()
    {
        await ParkAsync("failed", id: "later");
        await ParkAsync("failed", id: "waits", isRetried: false);
        _clock.Advance(TimeSpan.FromMinutes(-1));
        await ParkAsync("failed", id: "first");
        await ParkAsync("failed", id: "other", kind: ParkedKind.Session);
        Assert.Empty(await ItemsAsync(items => items.DueAsync(ParkedKind.Payment, 10, default)));
        _clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal([$"{_id}first"], await ItemsAsync(items => items.DueAsync(ParkedKind.Payment, 1, default)));
        Assert.Equal([$"{_id}first", $"{_id}later"], await ItemsAsync(items => items.DueAsync(ParkedKind.Payment, 10, default)));
        string[] all = [$"{_id}first", $"{_id}later", $"{_id}waits"];
        Assert.Empty(await ItemsAsync(items => items.WaitingAsync(ParkedKind.Payment, all, default)));
        _clock.Advance(TimeSpan.FromMinutes(-1));
        Assert.Equal([$"{_id}later"], await ItemsAsync(items => items.WaitingAsync(ParkedKind.Payment, all, default)));
    }

    [Fact]
    public async Task Items_of_the_same_time_are_listed_once_each_over_all_pages_and_without_the_dismissed()
    {
        foreach (var id in new[] { "c", "a", "d", "b" })
        {
            await ParkAsync("failed", id: id);
        }
        await stack.Operator.DismissParkedItemAsync(new() { Kind = V1.ParkedItemKind.Payment, Id = $"{_id}d" });
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await stack.Operator.ListParkedItemsAsync(new() { Limit = 1, Cursor = cursor });
            ids.Add(Assert.Single(page.Items).Id);
            cursor = page.NextCursor;
        }
        while (cursor.Length > 0);

        Assert.Equal([$"{_id}a", $"{_id}b", $"{_id}c"], ids.Where(id => id.StartsWith(_id, StringComparison.Ordinal)));
        Assert.Equal(ids.Count, (await stack.Operator.ListParkedItemsAsync(new() { Limit = 100 })).Items.Count);
        foreach (var request in new V1.ListParkedItemsRequest[] { new() { Limit = -1 }, new() { Limit = 101 }, new() { Cursor = "x" } })
        {
            Assert.Equal("invalid_argument", (
                await Assert.ThrowsAsync<RpcException>(async () => await stack.Operator.ListParkedItemsAsync(request))).ErrorCode());
        }
    }

    private Task ParkAsync(
        string reason, string detail = "so", string id = "", bool isRetried = true, ParkedKind kind = ParkedKind.Payment) => ItemsAsync(
            async items =>
            {
                await items.ParkAsync(kind, $"{_id}{id}", reason, detail, isRetried, default);
                return true;
            });

    private async Task<ParkedItem> FindAsync() => (await ItemsAsync(items => items.FindAsync(ParkedKind.Payment, _id, default)))!;

    private async Task<T> ItemsAsync<T>(Func<ParkedItems, Task<T>> act)
    {
        await using var scope = stack.Payments.Services.CreateAsyncScope();
        return await act(ActivatorUtilities.CreateInstance<ParkedItems>(scope.ServiceProvider, _clock));
    }
}
