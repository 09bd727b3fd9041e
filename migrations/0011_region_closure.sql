-- migrate:up
CREATE TABLE region_closure (
    ancestor_id BIGINT UNSIGNED NOT NULL,
    descendant_id BIGINT UNSIGNED NOT NULL,
    depth TINYINT UNSIGNED NOT NULL COMMENT '0: the region itself',
    PRIMARY KEY (ancestor_id, descendant_id),
    UNIQUE KEY region_closure_up (descendant_id, depth),
    CONSTRAINT region_closure_ancestor_fk FOREIGN KEY (ancestor_id) REFERENCES region (id) ON DELETE CASCADE,
    CONSTRAINT region_closure_descendant_fk FOREIGN KEY (descendant_id) REFERENCES region (id) ON DELETE CASCADE
) ENGINE = InnoDB
  DEFAULT CHARSET = utf8mb4
  COLLATE = utf8mb4_bin
  COMMENT = 'Every pair of a region and one that contains it, itself included';

-- migrate:down
DROP TABLE region_closure;
