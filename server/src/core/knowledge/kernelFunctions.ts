// The functions of the kernel that kernelWaits.ts has a row for: who only recognises a text needs no more than their names.

const NAMES =
  'sock_alloc_send_pskb unix_wait_for_peer sk_stream_wait_memory inet_wait_for_connect inet_stream_connect ' +
  'unix_stream_read_generic unix_stream_data_wait __skb_wait_for_more_packets skb_wait_for_more_packets ' +
  'sk_wait_data tcp_recvmsg_locked inet_csk_accept unix_accept anon_pipe_write pipe_write anon_pipe_read pipe_read ' +
  'pipe_wait wait_for_partner fifo_open futex_do_wait futex_wait_queue futex_wait_queue_me futex_wait __futex_wait ' +
  'do_futex futex_wait_restart do_wait kernel_wait4 kernel_waitid do_wait_pid locks_lock_inode_wait ' +
  'flock_lock_inode_wait posix_lock_inode_wait fcntl_setlk fcntl_setlk64 do_epoll_wait ep_poll ' +
  'poll_schedule_timeout do_poll do_sys_poll do_select core_sys_select schedule_hrtimeout_range ' +
  'schedule_hrtimeout_range_clock hrtimer_nanosleep do_nanosleep common_nsleep sigsuspend do_sigtimedwait ' +
  'sys_pause do_sys_pause __do_sys_pause n_tty_read tty_read wait_woken inotify_read eventfd_read timerfd_read ' +
  'signalfd_dequeue signalfd_read_iter do_syslog syslog_print worker_thread rescuer_thread kthreadd ' +
  'smpboot_thread_fn kthread_worker_fn rcu_gp_kthread rcu_gp_fqs_loop kswapd kcompactd khugepaged devtmpfsd ' +
  'irq_thread kauditd_thread oom_reaper ksm_scan_thread scsi_error_handler kjournald2 hub_thread ' +
  'request_wait_answer fuse_simple_request __fuse_simple_request percpu_rwsem_wait __percpu_down_read ' +
  'percpu_down_write rwsem_down_read_slowpath rwsem_down_write_slowpath rwsem_down_read_failed ' +
  'rwsem_down_write_failed call_rwsem_down_read_failed call_rwsem_down_write_failed down_read down_write ' +
  '__mutex_lock mutex_lock __mutex_lock_slowpath __mutex_lock_killable_slowpath mutex_lock_killable ' +
  '__mutex_lock_interruptible_slowpath schedule_preempt_disabled rtnl_lock netdev_run_todo netdev_wait_allrefs ' +
  'copy_net_ns cleanup_net io_schedule io_schedule_timeout folio_wait_bit_common folio_wait_bit ' +
  'folio_wait_writeback wait_on_page_bit wait_on_page_bit_common wait_on_page_writeback __lock_page __folio_lock ' +
  'filemap_fdatawait_range bit_wait_io out_of_line_wait_on_bit __wait_on_bit wait_on_buffer __wait_on_buffer ' +
  'blk_mq_get_tag rq_qos_wait wbt_wait get_request blk_execute_rq submit_bio_wait balance_dirty_pages ' +
  'balance_dirty_pages_ratelimited jbd2_log_wait_commit wait_transaction_locked add_transaction_credits ' +
  'start_this_handle jbd2_journal_commit_transaction xlog_grant_head_wait xfs_log_force_seq xfs_log_force ' +
  'xlog_wait_on_iclog xfs_buf_lock wait_current_trans btrfs_commit_transaction wait_for_commit ' +
  'rpc_wait_bit_killable nfs_wait_bit_killable nfs_wait_on_request nfs4_call_sync_sequence rpc_run_task ' +
  'ceph_mdsc_wait_request ceph_mdsc_do_request ceph_get_caps __ceph_do_getattr wait_for_response cifs_send_recv ' +
  'autofs_wait handle_userfault wait_for_completion wait_for_completion_killable wait_for_completion_interruptible ' +
  'wait_for_common __wait_for_common sync_inodes_sb wb_wait_for_completion super_lock iterate_supers ksys_sync ' +
  'do_signal_stop ptrace_stop do_freezer_trap cgroup_enter_frozen __refrigerator zap_pid_ns_processes ' +
  'mem_cgroup_handle_over_high mem_cgroup_oom_synchronize throttle_direct_reclaim shrink_inactive_list ' +
  'congestion_wait try_to_free_pages synchronize_rcu synchronize_rcu_expedited wait_rcu_gp __wait_rcu_gp ' +
  '__synchronize_srcu d_alloc_parallel lookup_slow do_semtimedop __do_semtimedop do_msgrcv do_msgsnd kernel_clone ' +
  'wait_for_vfork_done _do_fork do_fork do_exit exit_mm mmput do_group_exit nbd_read_stat usb_start_wait_urb ' +
  'sg_read scsi_execute_cmd nvme_submit_sync_cmd';

export const KERNEL_FUNCTIONS: ReadonlySet<string> = new Set(NAMES.split(' '));

/** The compiler's marks on a function: `.constprop.0`, `.isra.0`, `.part.0`. */
export const bare = (name: string): string => name.replace(/\.(?:constprop|isra|part|cold|llvm)\b.*$/, '');

/** Whether the table knows the function. */
export const isKernelFunction = (printed: string): boolean => KERNEL_FUNCTIONS.has(bare(printed));
