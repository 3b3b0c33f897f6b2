import { ddl } from './ddl.ts'

/**
 * The text that mysqldump of MySQL 9.7 puts around a database's own statements (with --routines,
 * --single-transaction and --set-gtid-purged=OFF); taken from what it printed for this very shop.
 */
export const dumpHeader = `-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)
--
-- Host: localhost    Database: sample_shop
-- ------------------------------------------------------
-- Server version\t9.7.4

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
`

export const dumpFooter = `/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-01-31  3:15:07
`

export const routinesHeader = `
--
-- Dumping routines for database 'sample_shop'
--
`

/** A table's structure, up to the place of its first INSERT. `create` is its CREATE TABLE statement. */
export function tableStart(name: string, create: string): string {
  return `${ddl`
--
-- Table structure for table [${name}]
--

DROP TABLE IF EXISTS [${name}];
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!50503 SET character_set_client = utf8mb4 */;
`}${create};
${ddl`/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table [${name}]
--

LOCK TABLES [${name}] WRITE;
/*!40000 ALTER TABLE [${name}] DISABLE KEYS */;
`}`
}

export function tableEnd(name: string): string {
  return ddl`/*!40000 ALTER TABLE [${name}] ENABLE KEYS */;
UNLOCK TABLES;
`
}

/** `body` begins with TRIGGER. */
export function triggerSection(body: string): string {
  const create = `${ddl`/*!50003 CREATE*/ /*!50017 DEFINER=[root]@[localhost]*/ /*!50003 `}${body} */;;`
  return inItsOwnSession(create)
}

/** `create` is the whole CREATE FUNCTION or CREATE PROCEDURE statement. */
export function routineSection(kind: 'FUNCTION' | 'PROCEDURE', name: string, create: string): string {
  return `${ddl`/*!50003 DROP ${kind} IF EXISTS [${name}] */;
`}${inItsOwnSession(`${create} ;;`)}`
}

/** Stands in for a view until all tables are there: a view may be read by another that comes before it. */
export function viewPlaceholder(name: string, columns: readonly string[]): string {
  const list = columns.map((column) => ddl` 1 AS [${column}]`).join(',\n')
  return `${ddl`
--
-- Temporary view structure for view [${name}]
--

DROP TABLE IF EXISTS [${name}];
/*!50001 DROP VIEW IF EXISTS [${name}]*/;
SET @saved_cs_client     = @@character_set_client;
/*!50503 SET character_set_client = utf8mb4 */;
/*!50001 CREATE VIEW [${name}] AS SELECT `}
${list}*/;
SET character_set_client = @saved_cs_client;
`
}

/** `select` is the view's query as the server prints it. */
export function viewSection(name: string, select: string): string {
  return `${ddl`
--
-- Final view structure for view [${name}]
--

/*!50001 DROP VIEW IF EXISTS [${name}]*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_unicode_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=[root]@[localhost] SQL SECURITY INVOKER */
/*!50001 VIEW [${name}] AS `}${select} */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;
`
}

function inItsOwnSession(statement: string): string {
  return `/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_unicode_ci */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'NO_ENGINE_SUBSTITUTION' */ ;
DELIMITER ;;
${statement}
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;
`
}
