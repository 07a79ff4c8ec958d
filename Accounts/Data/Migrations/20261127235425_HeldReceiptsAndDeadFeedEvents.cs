using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Accounts.Data.Migrations
{
    /// <inheritdoc />
    public partial class HeldReceiptsAndDeadFeedEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "dead_feed_events",
                columns: table => new
                {
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    feed = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    message = table.Column<byte[]>(type: "bytea", nullable: false),
                    error = table.Column<string>(type: "text", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dead_feed_events", x => x.event_id);
                });

            migrationBuilder.CreateTable(
                name: "held_receipts",
                columns: table => new
                {
                    payment_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    details = table.Column<string>(type: "jsonb", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_held_receipts", x => x.payment_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_dead_feed_events_failed_at",
                table: "dead_feed_events",
                column: "failed_at");

            migrationBuilder.CreateIndex(
                name: "ix_dead_feed_events_feed_sequence",
                table: "dead_feed_events",
                columns: new[] { "feed", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_held_receipts_at",
                table: "held_receipts",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "ix_held_receipts_user_id",
                table: "held_receipts",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "dead_feed_events");

            migrationBuilder.DropTable(
                name: "held_receipts");
        }
    }
}
