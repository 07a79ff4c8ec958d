using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.DependencyInjection;

namespace ReelBallers.ServiceDefaults;

/// <summary>A row as a user's event stream shows it.</summary>
/// <param name="Id">Of the row.</param>
/// <param name="Version">Another one after each change.</param>
/// <param name="Data">The event's data.</param>
public sealed record UserRow<T>(Guid Id, long Version, T Data);

/// <summary>Reads the rows of a user, and of the users who belong to this one, for an event stream.</summary>
public interface IUserRows<T>
{
    /// <summary>The type of the events.</summary>
    string EventName { get; }

    /// <summary>
    /// The rows in the order of their changes: with a position those that have changed in it or since; without one those that are not
    /// final.
    /// </summary>
    /// <param name="users">The user and those who belong to this one.</param>
    /// <param name="since">See <see cref="ChangePositions.CurrentAsync"/>.</param>
    /// <param name="cancellationToken">Of the stream.</param>
    Task<IReadOnlyList<UserRow<T>>> ReadAsync(Guid[] users, long? since, CancellationToken cancellationToken);
}

/// <summary>Positions in the changes of a database.</summary>
public static class ChangePositions
{
    /// <summary>Adds the column for the number of the transaction that changed a row last; a trigger of the table writes it.</summary>
    public static void HasChangePosition<T>(this EntityTypeBuilder<T> entity, string property) where T : class =>
        entity.Property<long?>(property).HasDefaultValueSql("pg_current_xact_id()::text::bigint")
            .ValueGeneratedOnAddOrUpdate().Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);

    /// <summary>
    /// The first transaction that has not ended. A row has the number of the transaction that changed it last, written by a trigger. Who
    /// reads the position first and the rows then, and later those with this number or a higher one, misses no change, whichever
    /// transaction commits first.
    /// </summary>
    public static async Task<long> CurrentAsync(this DbContext database, CancellationToken cancellationToken) =>
        await database.Database.SqlQuery<long>($"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as \"Value\"")
            .SingleAsync(cancellationToken);
}

/// <summary>
/// The changes of a user's rows as server-sent events: first those that changed since <c>Last-Event-ID</c>, or without one those that are
/// not final, then each change. An event's data is the row as it is; changes in quick succession are one event. An event may come again
/// after a reconnect.
/// </summary>
public sealed class UserEventStream<TContext, T> where TContext : DbContext
{
    private readonly HttpContext _context;
    private readonly Guid _userId;
    private readonly IUserRows<T> _rows;
    private readonly IDbContextFactory<TContext> _databases;
    private Dictionary<Guid, long> _sent = [];

    private UserEventStream(HttpContext context, Guid userId)
    {
        (_context, _userId) = (context, userId);
        _rows = context.RequestServices.GetRequiredService<IUserRows<T>>();
        _databases = context.RequestServices.GetRequiredService<IDbContextFactory<TContext>>();
    }

    /// <summary>Handles a request.</summary>
    public static Task<IResult> StreamAsync(Caller caller, HttpContext context) =>
        EventStreamWriter.RunAsync(context, new UserEventStream<TContext, T>(context, caller.UserId).WriteAsync);

    private async Task<IResult> WriteAsync(EventStreamWriter stream)
    {
        // A user who signs in has another session from then on, and connects again with it.
        var users = await ReadUsersAsync(stream.Stopping);
        // Subscribed before the first read, so that no change is missed in between.
        using var subscription = _context.RequestServices.GetRequiredService<RowChangeListener>().Subscribe(users);
        var next = await ReadAsync(users, LastPosition(), stream.Stopping);
        await stream.StartAsync();
        while (next is not null)
        {
            await WriteRowsAsync(stream, next);
            await subscription.NextAsync(stream);
            var since = next.Position;
            next = await stream.ReadPatientlyAsync<Page>(_context, async stopping => await ReadAsync(users, since, stopping));
        }
        return Results.Empty;
    }

    private async Task WriteRowsAsync(EventStreamWriter stream, Page page)
    {
        var id = page.Position.ToString(CultureInfo.InvariantCulture);
        foreach (var row in page.Rows.Where(row => _sent.GetValueOrDefault(row.Id, -1) != row.Version))
        {
            stream.Append(id, _rows.EventName, row.Data);
        }
        // A row that the next page has again was in this one.
        _sent = [];
        foreach (var row in page.Before.Concat(page.Rows))
        {
            _sent[row.Id] = row.Version;
        }
        await stream.FlushAsync();
    }

    private async Task<Guid[]> ReadUsersAsync(CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        return await database.UsersOfAsync(_userId, cancellationToken);
    }

    private async Task<Page> ReadAsync(Guid[] users, long? since, CancellationToken cancellationToken)
    {
        await using var database = await _databases.CreateDbContextAsync(cancellationToken);
        var position = await database.CurrentAsync(cancellationToken);
        // A database that was restored may not have come so far.
        if (since <= position)
        {
            return new Page(position, Before: [], await _rows.ReadAsync(users, since, cancellationToken));
        }
        // An older transaction that still runs holds the position back: the next page has these rows again, and they are no changes.
        var before = await _rows.ReadAsync(users, position, cancellationToken);
        return new Page(position, before, await _rows.ReadAsync(users, since: null, cancellationToken));
    }

    private long? LastPosition() => long.TryParse(
        _context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;

    private sealed record Page(long Position, IReadOnlyList<UserRow<T>> Before, IReadOnlyList<UserRow<T>> Rows);
}

/// <summary>Maps a service's part of a user's events.</summary>
public static class UserEventStreamExtensions
{
    /// <summary>Maps <c>GET /api/events</c>, which the Gateway merges with those of other services.</summary>
    public static void MapUserEvents<TContext, T>(this IEndpointRouteBuilder routes) where TContext : DbContext =>
        routes.MapGet("/api/events", (Caller caller, HttpContext context) => UserEventStream<TContext, T>.StreamAsync(caller, context))
            .RequireCaller().Produces<T>(contentType: "text/event-stream");
}
