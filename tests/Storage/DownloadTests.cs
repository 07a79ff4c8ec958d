using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ReelBallers.Storage.V1;

namespace ReelBallers.Storage.Tests;

/// <summary>Which links to outputs users were given: kept as evidence, listed, erased.</summary>
public sealed class DownloadTests(StorageFixture storage) : IClassFixture<StorageFixture>
{
    private const string Address = "203.0.113.7";
    private const string Network = "2001:db8:1:2::/64";

    private readonly Guid _user = Guid.NewGuid();

    [Fact]
    public async Task The_links_to_an_output_are_one_row_for_each_address_however_often_they_are_asked_for()
    {
        var (key, other) = (await OutputAsync(), await OutputAsync());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignAsync(key, Address, "first.mp4")));
        await SignAsync(key, Address, "a/second.mp4");
        await SignAsync(key, Network);
        await SignAsync(key, "2001:DB8:1:2:0:0:0:0/64");
        await SignAsync(key, "");
        await SignAsync(other, Address);

        var downloads = await ListAsync();

        Assert.Equal(
            [(key, "", 1L), (key, Network, 2L), (key, Address, 9L), (other, Address, 1L)],
            downloads.Select(row => (row.OutputKey, row.ClientAddress, row.LinkCount))
                .OrderByDescending(row => row.OutputKey == key).ThenBy(row => row.ClientAddress, StringComparer.Ordinal));
        var often = downloads.Single(row => row.LinkCount == 9);
        Assert.True(often.Filename == "second.mp4" && often.FirstAt.ToDateTime() < often.LastAt.ToDateTime(), often.ToString());
        Assert.Empty((await storage.Rpc().ListDownloadsAsync(new() { UserId = $"{Guid.NewGuid()}" })).Downloads);
    }

    [Fact]
    public async Task What_gets_no_link_is_no_download()
    {
        var (key, stranger) = (await OutputAsync(), Guid.NewGuid());
        await storage.Database.ExecuteAsync(
            $"insert into outputs (user_id, job_id, created_at, expires_at) values ('{stranger}', '{_user}', now(), now())");
        foreach (var (user, asked, address, code) in new[]
        {
            (stranger, key, Address, "output_not_found"),
            (_user, $"{_user}/output/{Guid.NewGuid()}/1.mp4", Address, "output_not_found"),
            (stranger, $"{stranger}/output/{_user}/1.mp4", Address, "expired"),
            (_user, key, "unknown", "invalid_argument"),
            (_user, key, $"{Address}, 198.51.100.1", "invalid_argument"),
            (_user, key, new string('1', 61), "invalid_argument"),
        })
        {
            var refused = await JobFileTests.Refused(async () => await storage.Rpc().SignDownloadAsync(
                new() { UserId = $"{user}", OutputKey = asked, Filename = "x.mp4", ClientAddress = address }));
            Assert.Equal((address, code), (address, refused.Item2));
        }

        Assert.Equal(0, await CountAsync($"user_id in ('{_user}', '{stranger}')"));
    }

    [Fact]
    public async Task A_list_is_newest_first_and_its_pages_neither_skip_nor_repeat()
    {
        var keys = new List<string>();
        for (var age = 9; age >= 1; age--)
        {
            keys.Add(await InsertAsync(TimeSpan.FromDays(age)));
        }
        Assert.Equal(Enumerable.Reverse(keys), (await ListAsync(limit: 4)).Select(row => row.OutputKey));

        // One that was asked for again since then counts.
        await storage.Database.ExecuteAsync($"update downloads set last_at = now() where output_key = '{keys[0]}'");
        var since = (TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(2.5)).ToTimestamp();
        Assert.Equal([keys[8], keys[7], keys[0]], (await ListAsync(limit: 2, since)).Select(row => row.OutputKey));
    }

    [Theory]
    [InlineData("x", 0, "", 0)]
    [InlineData(null, -1, "", 0)]
    [InlineData(null, 101, "", 0)]
    [InlineData(null, 0, "nonsense", 0)]
    [InlineData(null, 0, "", long.MaxValue)]
    public async Task A_malformed_request_is_rejected(string? user, int limit, string cursor, long since)
    {
        var request = new ListDownloadsRequest
        {
            UserId = user ?? $"{_user}",
            Limit = limit,
            Cursor = cursor,
            Since = new Timestamp { Seconds = since },
        };
        Assert.Equal(
            (StatusCode.InvalidArgument, "invalid_argument"),
            await JobFileTests.Refused(async () => await storage.Rpc().ListDownloadsAsync(request)));
    }

    [Fact]
    public async Task Addresses_are_deleted_after_30_days_and_downloads_after_600()
    {
        foreach (var days in new[] { 29, 31, 599, 601 })
        {
            await InsertAsync(TimeSpan.FromDays(days));
        }
        var key = (await ListAsync())[1].OutputKey;

        await storage.App.Services.GetRequiredService<OldRows>().DeleteAsync(CancellationToken.None);

        Assert.Equal([Address, "", ""], (await ListAsync()).Select(row => row.ClientAddress));
        Assert.All(await ListAsync(), row => Assert.Equal("clip.mp4", row.Filename));
        Assert.Equal(2, await CountAsync($"user_id = '{_user}' and client_address is null"));
        // A later link from the same address is a row of its own.
        await storage.PutDirectlyAsync(key, [1], "video/mp4");
        await SignAsync(key, Address);
        await SignAsync(key, Address);
        Assert.Equal([1L, 2L], (await ListAsync()).Where(row => row.OutputKey == key).Select(row => row.LinkCount).Order());
    }

    [Fact]
    public async Task The_addresses_are_kept_as_long_as_is_set()
    {
        await InsertAsync(TimeSpan.FromDays(9));
        await InsertAsync(TimeSpan.FromDays(11));
        await using var app = await storage.StartAsync(settings: ("Retention:AddressDays", "10"));

        await app.Services.GetRequiredService<OldRows>().DeleteAsync(CancellationToken.None);

        Assert.Equal([Address, ""], (await ListAsync()).Select(row => row.ClientAddress));
    }

    [Fact]
    public async Task Erasing_a_person_leaves_neither_an_address_nor_a_file_name()
    {
        var (key, stranger) = (await OutputAsync(), Guid.NewGuid());
        await SignAsync(key, Address);
        await SignAsync(key, "");
        await storage.StartAsync(_user, 2000, filename: "my holiday.mp4");
        await storage.StartAsync(stranger, 2000, filename: "another holiday.mp4");

        for (var time = 0; time < 2; time++)
        {
            await storage.Rpc().ErasePersonAsync(new() { UserId = $"{_user}" });
        }

        Assert.Equal([("", "", 1L), ("", "", 1L)], (await ListAsync()).Select(row => (row.Filename, row.ClientAddress, row.LinkCount)));
        Assert.Equal(0, await storage.Database.ScalarAsync<long>(
            $"select count(*) from uploads where user_id = '{_user}' and filename <> ''"));
        Assert.Equal(1, await storage.Database.ScalarAsync<long>(
            $"select count(*) from uploads where user_id = '{stranger}' and filename <> ''"));
        Assert.Equal(
            (StatusCode.InvalidArgument, "invalid_argument"),
            await JobFileTests.Refused(async () => await storage.Rpc().ErasePersonAsync(new() { UserId = "x" })));
        // The person may come back.
        await SignAsync(key, Address);
        Assert.Equal(1, await CountAsync($"user_id = '{_user}' and client_address = '{Address}'"));
    }

    // An output that exists.
    private async Task<string> OutputAsync()
    {
        var key = $"{_user}/output/{Guid.NewGuid()}/1.mp4";
        await storage.PutDirectlyAsync(key, [1], "video/mp4");
        return key;
    }

    private async Task SignAsync(string key, string address, string filename = "clip.mp4") => await storage.Rpc().SignDownloadAsync(
        new() { UserId = $"{_user}", OutputKey = key, Filename = filename, ClientAddress = address });

    // One of so long ago.
    private async Task<string> InsertAsync(TimeSpan ago)
    {
        var at = TimeProvider.System.GetUtcNow() - ago;
        var key = $"{_user}/output/{Guid.NewGuid()}/1.mp4";
        await storage.Database.ExecuteAsync(
            $"""
            insert into downloads (user_id, download_id, output_key, client_address, filename, first_at, last_at, link_count)
            values ('{_user}', '{Guid.CreateVersion7(at)}', '{key}', '{Address}', 'clip.mp4', '{at:O}', '{at:O}', 1)
            """);
        return key;
    }

    private Task<long> CountAsync(string where) =>
        storage.Database.ScalarAsync<long>($"select count(*) from downloads where {where}");

    // All pages.
    private async Task<List<V1.Download>> ListAsync(int limit = 0, Timestamp? since = null)
    {
        var request = new ListDownloadsRequest { UserId = $"{_user}", Limit = limit, Since = since };
        var all = new List<V1.Download>();
        do
        {
            var page = await storage.Rpc().ListDownloadsAsync(request);
            Assert.True(page.Downloads.Count <= (limit == 0 ? 20 : limit));
            all.AddRange(page.Downloads);
            request.Cursor = page.NextCursor;
        }
        while (request.Cursor.Length > 0);
        return all;
    }
}
